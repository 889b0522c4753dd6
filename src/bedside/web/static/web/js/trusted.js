// htmx puts fragments from this desk into the page. Under `require-trusted-types-for 'script'` only a named policy
// may do so; this is the only one (CSP: `trusted-types bedside-htmx`). htmx fetches from the same origin alone, and
// the policy object never leaves this file. Scripts in a fragment become nothing, and htmx is given no way to make
// code out of attributes. They go before htmx sees them: it makes each anew, and the browser refuses an address that
// no policy has vouched for, with everything else in the fragment.
(() => {
  const refuse = function () {
    throw new TypeError("Code in attributes is not run on this desk.");
  };
  const scripts = /<script\b[^]*?<\/script\s*>/gi;
  const rules = { createHTML: (html) => html.replace(scripts, ""), createScript: () => "" };
  const policy = window.trustedTypes ? window.trustedTypes.createPolicy("bedside-htmx", rules) : rules;
  window.htmx.registerExtension("bedside-trusted", {
    init: (api) => api.initSecurity(policy, refuse, refuse),
  });
})();
