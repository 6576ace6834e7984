const track = document.querySelector(".track");
document.querySelector("#zoom").addEventListener("input", (event) => track.style.setProperty("--zoom", event.target.value));
for (const film of document.querySelectorAll("video[data-speed]")) {
  film.playbackRate = Number(film.dataset.speed);
  film.addEventListener("loadedmetadata", () => { film.playbackRate = Number(film.dataset.speed); });
}
