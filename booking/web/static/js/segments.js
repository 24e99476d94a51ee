/* Tells, below a staff member's answer, how long it is and what it costs. The server decides. */
(() => {
  const plain = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
  const double = new Set("^{}\\[~]|€");
  const made = { "‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "•": "-" };

  const sent = (raw) => [...raw.trim()].map((ch) => {
    const word = made[ch] ?? ch;
    if (word.length > 1 || plain.has(word) || double.has(word)) return word;
    const bare = word.normalize("NFD").replace(/\p{Mn}/gu, "");
    return bare && [...bare].every((part) => plain.has(part)) ? bare : word;
  }).join("");

  const segments = (text) => {
    const isPlain = [...text].every((ch) => plain.has(ch) || double.has(ch));
    const [one, part] = isPlain ? [160, 153] : [70, 67];
    const units = isPlain ? [...text].reduce((sum, ch) => sum + (double.has(ch) ? 2 : 1), 0) : text.length;
    return units <= one ? 1 : Math.ceil(units / part);
  };

  for (const field of document.querySelectorAll(".answer-form textarea")) {
    const note = document.createElement("p");
    note.className = "hint segments";
    note.setAttribute("aria-live", "polite");
    field.after(note);
    const tell = () => {
      const text = sent(field.value);
      const count = segments(text);
      note.textContent = text ? `${[...text].length} of ${field.maxLength} characters, ${count} segment${count === 1 ? "" : "s"}` : "";
    };
    field.addEventListener("input", tell);
    tell();
  }
})();
