// Passkeys (WebAuthn). A form marked data-passkey="get" or "create" asks the browser when it is sent, puts the answer
// into its field `credential`, and goes on its way. What the desk asks for stands in the page (data-options, the id of
// a JSON script) or is fetched (data-fetch), since a challenge is good for one answer only.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

// The JSON forms of WebAuthn Level 3, 5.1, written out: not every browser in use has parse…FromJSON and toJSON.
function asked(options) {
  const wanted = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
  if (wanted.user) wanted.user = { ...wanted.user, id: bytes(wanted.user.id) };
  if (wanted.excludeCredentials) wanted.excludeCredentials = known(wanted.excludeCredentials);
  if (wanted.allowCredentials) wanted.allowCredentials = known(wanted.allowCredentials);
  return wanted;
}

function answered(credential) {
  const { response } = credential;
  const given = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) given[name] = text(response[name]);
  }
  if (response.getTransports) given.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: given,
    clientExtensionResults: credential.getClientExtensionResults(),
    ...(credential.authenticatorAttachment ? { authenticatorAttachment: credential.authenticatorAttachment } : {}),
  };
}

async function options(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.dataset.fetch, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!answer.ok) throw new TypeError(String(answer.status));
  return (await answer.json()).request_options;
}

function say(form, words) {
  const place = form.querySelector("[data-passkey-says]");
  place.textContent = words;
  place.hidden = !words;
}

async function ask(form) {
  if (!window.PublicKeyCredential) return say(form, form.dataset.unable);
  say(form, "");
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const publicKey = asked(await options(form));
    const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
    form.elements.credential.value = JSON.stringify(answered(credential));
    form.submit();
  } catch (error) {
    button.disabled = false;
    if (error.name === "InvalidStateError") say(form, form.dataset.known);
    else if (error.name === "SecurityError" || error.name === "NotSupportedError") say(form, form.dataset.unable);
    else if (error instanceof TypeError) say(form, form.dataset.away);
    else say(form, form.dataset.refused);
  }
}

// Before forms.js, which counts a form that was sent: this one is not sent yet.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target.closest("form[data-passkey]");
    if (!form) return;
    event.preventDefault();
    ask(form);
  },
  true,
);
// Back from the next page: the button works again, with a challenge that is still good.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("form[data-passkey][data-options]")) location.reload();
});
