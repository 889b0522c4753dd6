// htmx puts fragments from this desk into the page. Under `require-trusted-types-for 'script'` only a named policy
// may do so; this is the only one (CSP: `trusted-types bedside-htmx`). htmx fetches from the same origin alone, and
// the policy object never leaves this file. Script text in a fragment becomes nothing, and htmx is given no way to
// make code out of attributes.
(() => {
  const refuse = function () {
    throw new TypeError("Code in attributes is not run on this desk.");
  };
  const rules = { createHTML: (html) => html, createScript: () => "" };
  const policy = window.trustedTypes ? window.trustedTypes.createPolicy("bedside-htmx", rules) : rules;
  window.htmx.registerExtension("bedside-trusted", {
    init: (api) => api.initSecurity(policy, refuse, refuse),
  });
})();
