// Makes forms a little kinder; every page works without it.

for (const input of document.querySelectorAll("input[type=password]")) offerToShow(input);
for (const form of document.forms) form.addEventListener("submit", (event) => sendOnce(event, form));

// A button to look at what was typed, with a word for screen readers when it changes.
function offerToShow(input) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "show";
  button.setAttribute("aria-controls", input.id);
  const status = document.createElement("span");
  status.className = "unseen";
  status.setAttribute("role", "status");

  const show = (visible, announce = true) => {
    input.type = visible ? "text" : "password";
    button.textContent = visible ? "Hide" : "Show";
    button.setAttribute("aria-label", visible ? "Hide password" : "Show password");
    if (announce) status.textContent = visible ? "Your password is shown" : "Your password is hidden";
  };
  button.addEventListener("click", () => show(input.type === "password"));
  // A browser remembers what was typed into a text field; a password must not be among it.
  input.form.addEventListener("submit", () => show(false, false));

  const row = document.createElement("div");
  row.className = "reveal";
  input.replaceWith(row);
  row.append(input, button, status);
  show(false, false);
}

// A double click sends a form once. The server copes with two; the person need not wonder.
function sendOnce(event, form) {
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 1000);
}
