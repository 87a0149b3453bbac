/* Zhijia: where a device is, and maps with pictures. Pages work without it. Floor: ES2020, Chromium 86, iOS 14. */
"use strict";

(function () {
  const one = (selector, within) => (within || document).querySelector(selector);
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));

  /* Where the device is goes into the body of the form it is asked by, to ten metres, and nowhere else. */
  function locate(button) {
    const form = button.form;
    navigator.geolocation.getCurrentPosition(
      (found) => {
        one("[data-here]", form).value = found.coords.latitude.toFixed(4) + ", " + found.coords.longitude.toFixed(4);
        form.submit();
      },
      () => { one("[data-no-place]", form).hidden = false; },
      { timeout: 10000, maximumAge: 60000 },
    );
  }

  /* Places of the same square of the window, so wide in pixels, are one mark with their number. */
  const SQUARE = 48;
  function squares(map, places) {
    const found = new Map();
    places.forEach((place) => {
      const at = map.project(place.at);
      const key = Math.floor(at.x / SQUARE) + " " + Math.floor(at.y / SQUARE);
      if (found.has(key)) found.get(key).push(place); else found.set(key, [place]);
    });
    return Array.from(found.values());
  }

  function mark(map, layer, here, words) {
    const many = here.length > 1;
    const icon = L.divIcon({ className: many ? "tile-mark tile-many" : "tile-mark", html: many ? String(here.length) : "", iconSize: many ? [32, 32] : [20, 20] });
    const title = many ? words + " " + here.length : here[0].title;
    const made = L.marker(here[0].at, { icon: icon, title: title, alt: title, keyboard: true });
    made.on("click", () => {
      const bounds = L.latLngBounds(here.map((place) => place.at));
      if (!many) window.location.assign(here[0].href);
      else if (map.getZoom() < map.getMaxZoom() && !bounds.getNorthEast().equals(bounds.getSouthWest())) map.fitBounds(bounds, { padding: [40, 40] });
      else window.location.assign(here[0].href);
    });
    made.addTo(layer);
  }

  function here(place) {
    const word = document.createElement("span");
    word.textContent = place.title;
    const ring = L.circleMarker(place.at, { radius: 12, className: "tile-here", pane: "tooltipPane", interactive: false });
    return ring.bindTooltip(word, { permanent: true, direction: "right", offset: [12, 0] });
  }

  function draw(figure) {
    const places = all("[data-place]", figure).map((place) => ({
      at: L.latLng(Number(place.dataset.latitude), Number(place.dataset.longitude)), title: place.dataset.title, href: place.dataset.href,
    }));
    if (!places.length) return;
    const drawing = one("svg", figure);
    const ground = document.createElement("div");
    ground.className = "map-tiles";
    figure.insertBefore(ground, drawing);
    drawing.toggleAttribute("hidden", true);
    const map = L.map(ground, { maxZoom: 18, attributionControl: false });
    figure.dataset.tiles.split(" ").forEach((address) => L.tileLayer(address, { maxZoom: 18, referrerPolicy: "strict-origin" }).addTo(map));
    L.control.scale({ imperial: false }).addTo(map);
    map.fitBounds(L.latLngBounds(places.map((place) => place.at)), { padding: [40, 40], maxZoom: 16 });
    const layer = L.layerGroup().addTo(map);
    const redraw = () => {
      layer.clearLayers();
      places.filter((place) => !place.href).forEach((place) => here(place).addTo(layer));
      squares(map, places.filter((place) => place.href)).forEach((here) => mark(map, layer, here, figure.dataset.many));
    };
    map.on("zoomend", redraw);
    redraw();
    one("[data-without-tiles]", figure).hidden = true;
    one("[data-with-tiles]", figure).hidden = false;
  }

  document.addEventListener("DOMContentLoaded", () => {
    if ("geolocation" in navigator && window.isSecureContext) {
      all("[data-locate]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => locate(button)); });
    }
    if (window.L) all("[data-tiles]").forEach(draw);
  });
})();
