// Sets the theme before the first paint. The server's word (data-theme of <html>) wins; else the browser remembers.
(function (root) {
  root.classList.add("js");
  try {
    if (root.dataset.theme) localStorage.setItem("dw-theme", root.dataset.theme);
    else root.dataset.theme = localStorage.getItem("dw-theme") || "system";
  } catch (blocked) {
    root.dataset.theme = root.dataset.theme || "system";
  }
})(document.documentElement);
