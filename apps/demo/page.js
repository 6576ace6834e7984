const film = document.querySelector("video");
const track = document.querySelector(".track");
const head = document.querySelector(".head");
const lengthS = Number(track.dataset.length);

function show(seconds) {
  film.currentTime = Math.min(Math.max(seconds, 0), lengthS);
  head.style.left = `${(100 * film.currentTime) / lengthS}%`;
}
film.addEventListener("timeupdate", () => { head.style.left = `${(100 * film.currentTime) / lengthS}%`; });
for (const piece of document.querySelectorAll("[data-t]")) {
  piece.addEventListener("click", (event) => {
    show(Number(piece.dataset.t));
    event.stopPropagation();
  });
}
track.addEventListener("click", (event) => {
  const box = track.getBoundingClientRect();
  show(((event.clientX - box.left) / box.width) * lengthS);
});
document.querySelector("#zoom").addEventListener("input", (event) => track.style.setProperty("--zoom", event.target.value));
