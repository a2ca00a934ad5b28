"use strict";
// Adds up the page's cubes again for what the reader selects: sum the rows that fit, then divide.
(() => {
  const page = JSON.parse(document.getElementById("cubes").textContent);
  const form = document.getElementById("filters");
  const all = "";

  const number = (options) => new Intl.NumberFormat(page.locale, { roundingMode: "halfEven", ...options });
  const forms = {
    share: number({ style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    money: number({ style: "currency", currency: page.currency, minimumFractionDigits: 0, maximumFractionDigits: 0 }),
    cents: number({ style: "currency", currency: page.currency, minimumFractionDigits: 2, maximumFractionDigits: 2 }),
    count: number({ minimumFractionDigits: 0, maximumFractionDigits: 1 }),
    whole: number({ maximumFractionDigits: 0 }),
    points: number({ minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" }),
    change: number({ style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" }),
  };
  const minus = (text) => text.replace("-", "\u2212");
  const write = (value, style) => {
    if (value === null) return page.words.none;
    if (style === "points") return minus(forms.points.format(value * 100)) + "\u00a0" + page.words.points;
    if (style === "money" && Math.abs(value) < 10 && value !== 0) return minus(forms.cents.format(value));
    return minus(forms[style].format(value));
  };

  const yearsBefore = (month, years) => `${Number(month.slice(0, 4)) - years}${month.slice(4)}`;
  const list = (value) => (Array.isArray(value) ? value : [value]);

  let chosen = {};
  let months = page.months;

  const sum = (cube, columns, where, yearsBack, without) => {
    const wanted = { month: months };
    for (const name of Object.keys(cube.values)) {
      if (name !== "month" && chosen[name] && chosen[name] !== all) wanted[name] = [chosen[name]];
    }
    for (const [name, value] of Object.entries(where)) {
      if (without.includes(name)) continue;
      const values = list(value);
      wanted[name] = wanted[name] && name !== "month" ? values.filter((v) => wanted[name].includes(v)) : values;
    }
    wanted.month = wanted.month.map((month) => yearsBefore(month, yearsBack));
    const tests = Object.entries(wanted).map(([name, values]) => [
      cube.rows[name],
      new Set(values.map((value) => cube.values[name].indexOf(value))),
    ]);
    const measures = columns.map((column) => cube.measures[column]);
    let total = 0;
    for (let i = 0, n = cube.rows.month.length; i < n; i += 1) {
      if (tests.every(([rows, set]) => set.has(rows[i]))) for (const measure of measures) total += measure[i];
    }
    return Math.round(total * 1e6) / 1e6;
  };

  // Both sides of a figure, and the cases behind it.
  const read = (element, yearsBack = Number(element.dataset.back || 0)) => {
    const cube = page.cubes[element.dataset.c];
    const figure = page.figures[element.dataset.f];
    const where = JSON.parse(element.dataset.w || "{}");
    const without = (element.dataset.t || "").split(" ").filter(Boolean);
    const num = sum(cube, figure.num, where, yearsBack, []);
    const den = figure.den.length ? sum(cube, figure.den, where, yearsBack, without) : null;
    const sample = figure.sample.length ? sum(cube, figure.sample, where, yearsBack, []) : null;
    return {
      num,
      den,
      value: den === null ? num : den ? num / den : null,
      small: sample !== null && sample < page.minimum,
      form: figure.form,
    };
  };

  const wilson = ({ num, den }) => {
    if (!den) return null;
    const z = 1.959963984540054, rate = num / den, below = 1 + (z * z) / den;
    const centre = (rate + (z * z) / (2 * den)) / below;
    const half = (z * Math.sqrt((rate * (1 - rate)) / den + (z * z) / (4 * den * den))) / below;
    return [Math.max(0, centre - half), Math.min(1, centre + half)];
  };

  const set = (element, value, text) => {
    element.textContent = text;
    if (value === null) element.removeAttribute("value");
    else element.setAttribute("value", value);
  };

  const drawFigure = (element) => {
    const found = read(element);
    const kind = element.dataset.k;
    let { value } = found;
    let style = element.dataset.s || found.form;
    if (kind === "change") {
      const before = read(element, 1);
      value = value === null || !before.value ? null : (value - before.value) / Math.abs(before.value);
      style = "change";
    } else if (kind === "points") {
      const before = read(element, 1);
      value = value === null || before.value === null ? null : value - before.value;
      style = "points";
    } else if (kind === "interval") {
      const range = wilson(found);
      set(element, null, range ? range.map((end) => write(end, "share")).join(" \u2013 ") : page.words.none);
      return;
    }
    const spent = value === null && found.den === 0 && found.num > 0 && element.dataset.spent;
    set(element, value, spent ? page.words.spent : write(value, style));
    element.classList.toggle("none", value === null && !spent);
    element.classList.toggle("spent", Boolean(spent));
    element.classList.toggle("is-small", found.small && value !== null && kind === undefined);
  };

  const attributes = (element, values) => {
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, String(Math.round(value * 1000) / 1000));
  };

  // Bars of one group share a scale that begins at zero.
  const drawBars = (group) => {
    const bars = [...group].map((svg) => {
      const rect = svg.querySelector("rect");
      const found = read(rect);
      const start = rect.dataset.base ? read({ dataset: { ...rect.dataset, w: rect.dataset.base } }).value : 0;
      return { rect, start, end: start + (found.value || 0), small: found.small };
    });
    const largest = Math.max(...bars.map(({ start, end }) => Math.max(start, end)), 0) || 1;
    for (const { rect, start, end, small } of bars) {
      const low = Math.max(0, Math.min(start, end)), high = Math.max(start, end);
      attributes(rect, { x: (100 * low) / largest, width: Math.max(0, (100 * (high - low)) / largest) });
      rect.classList.toggle("is-small", small);
    }
  };

  // A rate on a scale from 0 to 100 %, its interval as a whisker, the prior year as a tick.
  const drawRate = (svg) => {
    const found = read(svg), before = read(svg, 1), range = wilson(found);
    const [bar, whisker, tick] = svg.children;
    attributes(bar, { width: 100 * (found.value || 0) });
    bar.classList.toggle("is-small", found.small);
    attributes(whisker, range ? { x1: 100 * range[0], x2: 100 * range[1] } : { x1: 0, x2: 0 });
    attributes(tick, { x1: 100 * (before.value || 0), x2: 100 * (before.value || 0) });
    tick.classList.toggle("gone", before.value === null);
  };

  // Columns stand on zero; charts of one group share a scale.
  const drawColumns = (group) => {
    const charts = [...group].map((svg) => [...svg.querySelectorAll("g.column")].map((column) => {
      const parts = [...column.querySelectorAll("rect")].map((rect) => ({ rect, ...read(rect) }));
      return { column, parts, total: parts.reduce((sum, part) => sum + (part.value || 0), 0) };
    }));
    const every = charts.flat();
    const reliable = every.filter(({ parts }) => !parts.some(({ small }) => small));
    const highest = (columns) => Math.max(...columns.map(({ total }) => total), 0);
    const top = (highest(reliable) ? Math.min(highest(every), page.stretch * highest(reliable)) : highest(every)) || 1;
    const scale = top * 1.14;
    for (const { column, parts, total } of charts.flat()) {
      const height = Number(column.dataset.height);
      let reached = 0;
      for (const { rect, value, small } of parts) {
        const low = reached;
        reached += Math.max(0, value || 0);
        const end = Math.min(reached, top);
        attributes(rect, { y: height * (1 - end / scale), height: (height * (end - Math.min(low, top))) / scale });
        rect.classList.toggle("is-small", small);
        if (rect.dataset.mature) {
          const mature = read({ dataset: { ...rect.dataset, f: "matured" } }).value;
          const entered = read({ dataset: { ...rect.dataset, f: "entered" } }).value;
          rect.classList.toggle("is-open", entered > 0 && mature / entered < page.mature);
        }
      }
      const label = column.querySelector("text.total");
      if (label) {
        attributes(label, { y: height * (1 - Math.min(reached, top) / scale) - 5 });
        const empty = parts.every(({ value }) => value === null);
        const factor = { thousands: 0.001, percent: 100 }[label.dataset.s] || 1;
        label.textContent = empty ? "" : (reached > top ? "\u25b2 " : "") + minus(forms.whole.format(total * factor));
      }
    }
  };

  const groups = (selector, attribute) => {
    const found = new Map();
    for (const element of document.querySelectorAll(selector)) {
      const name = element.dataset[attribute];
      found.set(name, [...(found.get(name) || []), element]);
    }
    return found.values();
  };

  const draw = () => {
    document.querySelectorAll("data[data-f]").forEach(drawFigure);
    for (const group of groups("svg[data-bars]", "bars")) drawBars(group);
    document.querySelectorAll("svg[data-rate]").forEach(drawRate);
    for (const group of groups("svg[data-columns]", "columns")) drawColumns(group);
    for (const row of document.querySelectorAll("[data-row]")) {
      const [name, value] = JSON.parse(row.dataset.row);
      row.hidden = Boolean(chosen[name]) && chosen[name] !== value;
    }
    for (const note of document.querySelectorAll("[data-without]")) {
      note.hidden = !note.dataset.without.split(" ").some((name) => (name === "period" ? chosen.period !== page.whole : chosen[name]));
    }
    for (const element of document.querySelectorAll("[data-period]")) {
      element.textContent = form.elements.period ? form.elements.period.selectedOptions[0].textContent : "";
    }
    const said = [...form.elements].filter((field) => field.tagName === "SELECT").map((field) => field.selectedOptions[0].textContent);
    document.getElementById("selected").textContent = said.join(" \u00b7 ");
  };

  const change = () => {
    chosen = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value]));
    months = chosen.period ? chosen.period.split(" ") : page.months;
    draw();
  };

  form.addEventListener("change", change);
  form.addEventListener("reset", () => setTimeout(change, 0));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  change();
})();
