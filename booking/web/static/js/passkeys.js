// Passkeys: a form marked with data-passkey asks the device for one as it is sent.
// Its address gives the options with a fresh challenge; the answer goes into the form's own field.
(() => {
  "use strict";
  const forms = document.querySelectorAll("form[data-passkey]");
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytesOf = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const textOf = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const read = (options) => {
    options.challenge = bytesOf(options.challenge);
    if (options.user) options.user.id = bytesOf(options.user.id);
    for (const list of [options.excludeCredentials, options.allowCredentials]) {
      for (const one of list || []) one.id = bytesOf(one.id);
    }
    return options;
  };

  const written = (key) => {
    const answer = { clientDataJSON: textOf(key.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (key.response[name]) answer[name] = textOf(key.response[name]);
    }
    return JSON.stringify({
      id: key.id,
      rawId: textOf(key.rawId),
      type: key.type,
      response: answer,
      clientExtensionResults: {},
    });
  };

  for (const form of forms) {
    const field = form.querySelector("[data-passkey-answer]");
    const problem = form.querySelector("[data-passkey-problem]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      if (field.value) return;
      event.preventDefault();
      problem.hidden = true;
      try {
        const reply = await fetch(form.dataset.passkey, { cache: "no-store" });
        if (!reply.ok) throw new Error(reply.statusText);
        const publicKey = read(await reply.json());
        const key = publicKey.user
          ? await navigator.credentials.create({ publicKey })
          : await navigator.credentials.get({ publicKey });
        field.value = written(key);
        form.submit();
      } catch {
        problem.hidden = false;
        // So that it can be sent again: site.js lets every form go once.
        delete form.dataset.sent;
        form.querySelectorAll("[aria-disabled]").forEach((b) => b.removeAttribute("aria-disabled"));
      }
    });
  }
})();
