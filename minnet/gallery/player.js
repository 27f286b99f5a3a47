// written by minnet figures
// A player for each film: NAME.js, fetched when it is first played, hands over the patches from which frames are put together.
"use strict";

const waiting = {};
const INTERVAL = 80;

function player(film) {
  waiting[film.name](film);
}

function fetched(name) {
  return new Promise((resolve, reject) => {
    waiting[name] = resolve;
    const script = document.createElement("script");
    script.src = encodeURIComponent(name) + ".js";
    script.onerror = reject;
    document.body.append(script);
  });
}

function picture(base64) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = "data:image/png;base64," + base64;
  });
}

function element(tag, attributes) {
  return Object.assign(document.createElement(tag), attributes);
}

function equip(box) {
  const still = box.querySelector("img"), count = Number(box.dataset.frames);
  const bar = element("div", {className: "controls"});
  const button = element("button", {type: "button", textContent: "▶"});
  const slider = element("input", {type: "range", min: 0, max: count - 1, value: count - 1});
  const place = element("output", {textContent: `${count} / ${count}`});
  button.setAttribute("aria-label", "Play");
  slider.setAttribute("aria-label", "Frame");
  bar.append(button, slider, place);
  box.append(bar);
  let context = null, frames = null, loading = null, at = -1, timer = null;

  async function load() {
    const film = await fetched(box.dataset.name);
    frames = await Promise.all(film.patches.map(async ([x, y, png]) => ({x, y, image: await picture(png)})));
    const canvas = element("canvas", {width: film.size[0], height: film.size[1]});
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", still.alt);
    canvas.addEventListener("click", toggle);
    context = canvas.getContext("2d");
    still.replaceWith(canvas);
  }

  function show(frame) {
    for (let i = frame < at ? 0 : at + 1; i <= frame; i++) context.drawImage(frames[i].image, frames[i].x, frames[i].y);
    at = frame;
    slider.value = frame;
    place.textContent = `${frame + 1} / ${count}`;
    box.dataset.frame = frame;
  }

  function stop() {
    clearTimeout(timer);
    timer = null;
    button.textContent = "▶";
    button.setAttribute("aria-label", "Play");
  }

  function tick() {
    if (at + 1 >= count) return stop();
    show(at + 1);
    timer = setTimeout(tick, INTERVAL);
  }

  async function ready() {
    loading = loading || load();
    await loading;
  }

  async function toggle() {
    if (timer !== null) return stop();
    button.textContent = "⏸";
    button.setAttribute("aria-label", "Pause");
    timer = 0;
    await ready();
    if (timer === null) return;
    if (at < 0 || at + 1 >= count) show(0);
    tick();
  }

  button.addEventListener("click", toggle);
  still.addEventListener("click", toggle);
  still.style.cursor = "pointer";
  slider.addEventListener("input", async () => {
    const wanted = Number(slider.value);
    if (timer !== null) stop();
    await ready();
    show(wanted);
  });
}

document.querySelectorAll(".player").forEach(equip);
