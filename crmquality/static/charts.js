// Draws every [data-chart] from the JSON beside it, as SVG, in the page's colours and language.
const language = document.documentElement.lang;
const number = (value, places = 1) =>
  value === null || value === undefined
    ? "–"
    : new Intl.NumberFormat(language, { maximumFractionDigits: places }).format(value).replace("-", "−");

const colour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const ink = () => getComputedStyle(document.body).color;

const axis = (extra = {}) => ({
  axisLine: { lineStyle: { color: colour("line") } },
  axisLabel: { color: colour("ink-soft") },
  nameTextStyle: { color: colour("ink-soft") },
  splitLine: { lineStyle: { color: colour("line") } },
  axisTick: { show: false },
  ...extra,
});

function bands({ rows, columns, colours }) {
  return {
    grid: { left: 8, right: 16, top: 28, bottom: 8, containLabel: true },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" } },
    xAxis: axis({ type: "category", data: rows.map((row) => row[0]), axisLabel: { color: ink(), interval: 0, width: 72, overflow: "break" } }),
    yAxis: axis({ type: "value", name: columns[1], minInterval: 1, nameTextStyle: { color: colour("ink-soft"), align: "left" } }),
    series: [{
      type: "bar", name: columns[1], barMaxWidth: 56,
      label: { show: true, position: "top", color: ink(), formatter: ({ value }) => number(value, 0) },
      data: rows.map((row, place) => ({
        value: row[1],
        itemStyle: { color: colour(`band-${colours[place].toLowerCase()}`), borderRadius: [4, 4, 0, 0] },
      })),
    }],
  };
}

function contributions({ rows, columns }) {
  const drawn = [...rows].reverse();
  const [lowest, highest] = [Math.min(-0.5, ...rows.map((row) => row[1])), Math.max(0.5, ...rows.map((row) => row[1]))];
  const room = 0.18 * (highest - lowest);
  const signed = (value) => (value > 0.05 ? "+" : "") + number(value);
  return {
    grid: { left: 8, right: 24, top: 8, bottom: 24, containLabel: true },
    tooltip: {
      trigger: "axis", axisPointer: { type: "shadow" },
      formatter: ([{ dataIndex }]) => {
        const row = drawn[dataIndex];
        return `${row[0]}<br>${columns[1]}: ${signed(row[1])}<br>${columns[2]}: ${number(row[2])}`;
      },
    },
    xAxis: axis({ type: "value", name: innerWidth < 576 ? "" : columns[1], nameLocation: "middle", nameGap: 26, min: lowest - room, max: highest + room, axisLabel: { color: colour("ink-soft"), formatter: (value) => number(value, 0), showMinLabel: false, showMaxLabel: false } }),
    yAxis: axis({ type: "category", data: drawn.map((row) => row[0]), axisLabel: { color: ink(), width: innerWidth < 576 ? 110 : 190, overflow: "break" } }),
    series: [{
      type: "bar", name: columns[1], barMaxWidth: 16,
      data: drawn.map((row) => ({
        value: row[1],
        itemStyle: { color: colour(row[1] < 0 ? "band-d" : "band-a"), borderRadius: row[1] < 0 ? [4, 0, 0, 4] : [0, 4, 4, 0] },
        label: { show: true, position: row[1] < 0 ? "left" : "right", color: ink(), formatter: signed(row[1]) },
      })),
    }],
  };
}

function history({ rows, columns }) {
  const marks = rows.filter((row, place) => place && row[4] !== rows[place - 1][4]);
  const has = (row) => row[2] !== null && row[3] !== null;
  return {
    grid: { left: 8, right: 24, top: 28, bottom: 8, containLabel: true },
    tooltip: {
      trigger: "axis",
      formatter: ([{ dataIndex }]) => {
        const row = rows[dataIndex];
        return `${row[0]}<br>${columns[1]}: ${number(row[1])} (${number(row[2])}–${number(row[3])})<br>${row[4]}`;
      },
    },
    xAxis: axis({ type: "time", minInterval: 86400000, splitLine: { show: false } }),
    yAxis: axis({ type: "value", name: columns[1], min: 0, max: 100, nameTextStyle: { color: colour("ink-soft"), align: "left" } }),
    series: [
      { type: "line", stack: "range", symbol: "none", silent: true, lineStyle: { opacity: 0 }, data: rows.map((row) => [row[0], has(row) ? row[2] : null]) },
      { type: "line", stack: "range", symbol: "none", silent: true, lineStyle: { opacity: 0 }, areaStyle: { color: colour("band-a"), opacity: 0.15 }, data: rows.map((row) => [row[0], has(row) ? row[3] - row[2] : null]) },
      {
        type: "line", name: columns[1], data: rows.map((row) => [row[0], row[1]]),
        showSymbol: rows.length < 40, symbolSize: 7,
        lineStyle: { color: colour("band-a"), width: 2.5 }, itemStyle: { color: colour("band-a") },
        markLine: {
          symbol: "none", lineStyle: { type: "dashed", color: colour("ink-soft") },
          label: { color: colour("ink-soft"), formatter: ({ name }) => name, position: "insideEndTop" },
          data: marks.map((row) => ({ xAxis: row[0], name: row[4] })),
        },
      },
    ],
  };
}

// Bars and the running total on one axis: the total's share is told where the line passes.
function pareto({ rows, columns }) {
  const narrow = innerWidth < 576;
  return {
    grid: { left: 8, right: 24, top: 28, bottom: 8, containLabel: true },
    tooltip: {
      trigger: "axis", axisPointer: { type: "shadow" },
      formatter: ([{ dataIndex }]) => {
        const row = rows[dataIndex];
        return `${echarts.format.encodeHTML(row[0])}<br>${columns[1]}: ${number(row[1], 0)}<br>${columns[2]}: ${number(row[2])}<br>${columns[3]}: ${number(row[3], 0)}`;
      },
    },
    xAxis: axis({ type: "category", data: rows.map((row) => row[0]), axisLabel: { color: ink(), interval: narrow ? "auto" : 0, width: narrow ? 60 : 84, overflow: "truncate", rotate: rows.length > 8 || narrow ? 40 : 0 } }),
    yAxis: axis({ type: "value", name: columns[1], minInterval: 1, nameTextStyle: { color: colour("ink-soft"), align: "left" } }),
    series: [
      { type: "bar", name: columns[1], barMaxWidth: 56, cursor: "pointer", itemStyle: { color: colour("band-a"), borderRadius: [4, 4, 0, 0] }, data: rows.map((row) => row[1]) },
      {
        type: "line", name: columns[2], symbolSize: 6, lineStyle: { color: colour("ink-soft"), width: 2 }, itemStyle: { color: colour("ink-soft") },
        label: { show: !narrow && rows.length < 13, position: "top", color: ink(), formatter: ({ dataIndex }) => `${number(rows[dataIndex][2], 0)} %` },
        data: rows.map((row) => row[4]),
      },
    ],
  };
}

// A rate with its limits, which step with the number of orders; what lies outside is marked in shape too.
function ucontrol({ rows, columns }) {
  const step = (place, name) => ({
    type: "line", step: "middle", symbol: "none", name, silent: true,
    lineStyle: { color: colour("ink-soft"), type: "dashed", width: 1.5 }, data: rows.map((row) => row[place]),
  });
  return {
    grid: { left: 8, right: 24, top: 32, bottom: 8, containLabel: true },
    tooltip: {
      trigger: "axis",
      formatter: ([{ dataIndex }]) => [rows[dataIndex][0], ...columns.slice(1).map((name, place) => {
        const value = rows[dataIndex][place + 1];
        return `${name}: ${typeof value === "string" ? value : number(value, place < 2 ? 0 : 2)}`;
      })].join("<br>"),
    },
    xAxis: axis({ type: "category", data: rows.map((row) => row[0]), axisLabel: { color: colour("ink-soft"), hideOverlap: true } }),
    yAxis: axis({ type: "value", name: columns[3], min: 0, nameTextStyle: { color: colour("ink-soft"), align: "left" } }),
    series: [
      step(4, columns[4]), step(6, columns[6]),
      { ...step(5, columns[5]), lineStyle: { color: colour("ink-soft"), width: 1.5 } },
      {
        type: "line", name: columns[3], lineStyle: { color: colour("band-a"), width: 2.5 },
        data: rows.map((row) => ({
          value: row[3], symbol: row[7] ? "diamond" : "circle", symbolSize: row[7] ? 14 : 6,
          itemStyle: { color: colour(row[7] ? "fall" : "band-a") },
        })),
      },
    ],
  };
}

const told = (columns) => (row) => [echarts.format.encodeHTML(row[0]), ...columns.slice(1).map((name, place) => {
  const value = row[place + 1];
  return `${name}: ${typeof value === "string" ? echarts.format.encodeHTML(value) : number(value, 2)}`;
})].join("<br>");

// A point with its interval for each row; below each other, or from wave to wave.
function intervals({ rows, columns, kind }) {
  const across = kind === "waves";
  const drawn = across ? rows : [...rows].reverse();
  const names = axis({ type: "category", data: drawn.map((row) => row[0]), axisLabel: { color: ink(), width: innerWidth < 576 ? 110 : 190, overflow: "break" } });
  const values = axis({ type: "value", name: columns[1], scale: true, nameLocation: across ? "end" : "middle", nameGap: across ? 12 : 26, nameTextStyle: { color: colour("ink-soft"), align: across ? "left" : "center" } });
  const at = (place, value) => (across ? [place, value] : [value, place]);
  const point = { itemStyle: { color: colour("band-a") }, lineStyle: { color: colour("band-a"), width: 2 }, symbolSize: 9, symbol: "circle" };
  return {
    grid: { left: 8, right: 24, top: across ? 32 : 8, bottom: across ? 8 : 28, containLabel: true },
    tooltip: { trigger: "item", formatter: ({ dataIndex }) => told(columns)(drawn[dataIndex]) },
    xAxis: across ? names : values,
    yAxis: across ? values : names,
    series: [
      {
        type: "custom", silent: true, encode: across ? { x: 0, y: [1, 2] } : { x: [1, 2], y: 0 },
        data: drawn.map((row, place) => [place, row[2], row[3]]),
        renderItem: (_params, api) => {
          const [low, high] = [1, 2].map((end) => api.coord(at(api.value(0), api.value(end))));
          const line = { x1: low[0], y1: low[1], x2: high[0], y2: high[1] };
          return { type: "line", shape: line, style: { stroke: colour("band-a"), lineWidth: 3, opacity: 0.4 } };
        },
      },
      {
        ...point, type: across ? "line" : "scatter", name: columns[1], data: drawn.map((row, place) => at(place, row[1])),
        label: { show: true, position: "top", color: ink(), formatter: ({ dataIndex }) => number(drawn[dataIndex][1], 1) },
      },
    ],
  };
}

// Importance against performance, in four fields; the last two columns are the lines between these.
function fields({ rows, columns }) {
  const [, , , , performance, importance] = rows[0];
  return {
    grid: { left: 8, right: 90, top: 32, bottom: 28, containLabel: true },
    tooltip: { trigger: "item", formatter: ({ dataIndex }) => told(columns.slice(0, 4))(rows[dataIndex]) },
    xAxis: axis({ type: "value", name: columns[1], scale: true, nameLocation: "middle", nameGap: 26, splitLine: { show: false } }),
    yAxis: axis({ type: "value", name: columns[2], min: 0, splitLine: { show: false }, nameTextStyle: { color: colour("ink-soft"), align: "left" } }),
    series: [{
      type: "scatter", symbolSize: 11, itemStyle: { color: colour("band-a") }, data: rows.map((row) => [row[1], row[2]]),
      label: { show: true, position: "right", color: ink(), formatter: ({ dataIndex }) => rows[dataIndex][0] },
      labelLayout: { hideOverlap: true },
      markLine: {
        symbol: "none", silent: true, label: { show: false }, lineStyle: { color: colour("ink-soft"), type: "dashed" },
        data: [{ xAxis: performance }, { yAxis: importance }],
      },
    }],
  };
}

const DRAWINGS = { bands, contributions, history, pareto, ucontrol, intervals, waves: intervals, fields };

function draw(figure) {
  const payload = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  const canvas = figure.querySelector(".chart-canvas");
  const chart = window.echarts.getInstanceByDom(canvas) ||
    window.echarts.init(canvas, null, { renderer: "svg", locale: language.startsWith("zh") ? "ZH" : "EN" });
  chart.setOption({
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 300,
    // Double quotes would end the attribute they are written into and spoil the picture.
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily.replaceAll('"', "'"), color: ink() },
    aria: { enabled: true, label: { description: payload.summary } },
    ...DRAWINGS[payload.kind](payload),
  }, true);
  chart.off("click");
  chart.on("click", ({ dataIndex }) => {
    if (payload.links[dataIndex]) location.assign(payload.links[dataIndex]);
  });
  return { chart, payload };
}

function save(url, name) {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

function savePicture({ chart, payload }) {
  const picture = new Image();
  const [width, height] = [chart.getWidth(), chart.getHeight()];
  picture.onload = () => {
    const canvas = document.createElement("canvas");
    canvas.width = 2 * width;
    canvas.height = 2 * height;
    const pen = canvas.getContext("2d");
    pen.fillStyle = getComputedStyle(document.querySelector(".card")).backgroundColor;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    save(canvas.toDataURL("image/png"), `${payload.title}.png`);
  };
  picture.src = chart.getDataURL({ type: "svg" });
}

// Text that a spreadsheet would run as a formula is made harmless, as in lib/csvsafe.py.
const cell = (value) => {
  if (typeof value === "number" || value === null) return value ?? "";
  const safe = /^[\s]*[=+\-@|%＝＋－＠]/.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
};

function saveTable({ payload }) {
  const lines = [payload.columns, ...payload.rows].map((row) => row.map(cell).join(","));
  const blob = new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv" });
  const url = URL.createObjectURL(blob);
  save(url, `${payload.title}.csv`);
  URL.revokeObjectURL(url);
}

const figures = new Set();

function prepare(figure) {
  const drawn = draw(figure);
  figures.add(figure);
  new ResizeObserver(() => drawn.chart.resize()).observe(figure.querySelector(".chart-canvas"));
  figure.querySelector("[data-chart-table]").addEventListener("click", (event) => {
    const shows = figure.classList.toggle("shows-table");
    event.currentTarget.setAttribute("aria-pressed", String(shows));
  });
  figure.querySelector("[data-chart-png]").addEventListener("click", () => savePicture(drawn));
  figure.querySelector("[data-chart-csv]").addEventListener("click", () => saveTable(drawn));
}

// Those of the page, and those that come into it later.
function prepareAll() {
  for (const figure of figures) if (!figure.isConnected) figures.delete(figure);
  for (const figure of document.querySelectorAll("[data-chart]")) if (!figures.has(figure)) prepare(figure);
}

prepareAll();
document.addEventListener("htmx:load", prepareAll);
document.addEventListener("theme:changed", () => figures.forEach(draw));
