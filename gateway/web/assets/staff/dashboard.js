// The chart of the dashboard: bars for page views, a line for visitors, a dashed one for those of
// before. Figures and words come from the page itself; nothing is fetched and nothing is stored.
(() => {
  "use strict";
  const plot = document.getElementById("plot");
  if (!plot) return;
  const readout = document.getElementById("readout");
  const { language, unit, words, points, compared } =
    JSON.parse(document.getElementById("points").textContent);
  const column = (of, name) => points.map((point) => (point[of] ? point[of][name] : null));

  // Plain "en" would write numbers and dates unlike the rest of the page.
  const number = new Intl.NumberFormat(language === "en" ? "en-GB" : language);

  const fill = (text, day, figures) => {
    const values = { day };
    for (const name in figures) values[name] = number.format(figures[name]);
    return text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  };
  const sentence = (index) => {
    const { label, figures, before, beforeLabel } = points[index];
    const now = fill(figures ? words.shown : words.hidden, label, figures);
    return before ? `${now}. ${fill(words.before, beforeLabel, before)}` : now;
  };

  const style = (id) => getComputedStyle(document.getElementById(id));

  // Labels must not touch: "22 nov." needs about 64 px. Whole weeks start on a Monday.
  const STEPS = {
    hour: [1, 2, 3, 6, 12, 24, 48],
    day: [1, 2, 7, 14, 28, 91, 182],
    week: [1, 2, 4, 13, 26],
    month: [1, 2, 3, 6, 12],
  }[unit];
  const splits = (chart) => {
    const room = Math.max(1, Math.floor(chart.bbox.width / devicePixelRatio / 64));
    const step = STEPS.find((size) => points.length / size <= room) ?? STEPS.at(-1) * 2;
    const start = new Date(`${points[0].start}Z`);
    const first = unit === "day" && step % 7 === 0 ? (8 - start.getUTCDay()) % 7 : 0;
    return points.map((_, index) => index).filter((i) => i >= first && (i - first) % step === 0);
  };

  // Whole numbers only: there is no half visitor.
  const WHOLE = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((power) => [1, 2, 5].map((n) => n * 10 ** power));
  // Wide enough for the largest number, so that the axis never cuts a figure off.
  const gutter = (_, labels) => 16 + 8 * Math.max(1, ...(labels ?? []).map((l) => l.length));

  // Colours and sizes are read anew each time: the reader may switch to dark, or print.
  const options = (marked) => {
    const { color, borderTopColor: grid, fontFamily } = style("plot");
    const bars = style("mark-views").color;
    const line = style("mark-visitors").color;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const axis = { font: `${rem * 0.75}px ${fontFamily}`, stroke: color };
    const before = compared
      ? [{ stroke: style("mark-before").color, width: 2, dash: [4, 4], points: { ...dots(style("mark-before").color), show: undefined } }]
      : [];
    return {
      width: plot.clientWidth,
      height: plot.clientHeight,
      padding: [12, 8, 0, 0],
      legend: { show: false },
      cursor: {
        y: false, drag: { x: false, y: false },
        points: { size: 13, width: 2, fill: line, stroke: style("chart").backgroundColor },
      },
      scales: {
        x: { time: false, range: () => [-0.6, points.length - 0.4] },
        y: { range: (_, low, high) => [0, Math.max(4, (high ?? 0) * 1.05)] },
      },
      axes: [
        { ...axis, splits, size: 32, grid: { show: false },
          ticks: { stroke: grid, width: 1, size: 4 },
          values: (_, marks) => marks.map((index) => points[index].short) },
        { ...axis, size: gutter, space: plot.clientHeight > 200 ? 40 : 24, incrs: WHOLE, ticks: { show: false },
          grid: { stroke: grid, width: 1 },
          values: (_, marks) => marks.map((mark) => number.format(mark)) },
      ],
      series: [
        {},
        { fill: bars, width: 0, paths: uPlot.paths.bars({ size: [0.72, 56] }),
          points: { show: false } },
        ...before,
        { stroke: line, width: 2.5, points: dots(line) },
      ],
      hooks: {
        setCursor: [(drawn) => tell(drawn.cursor.idx)],
        // What was read before a redraw stays marked.
        ready: [() => (marked === null ? tell(null) : point(marked))],
      },
    };
  };

  // On a narrow screen dots would run together; a lone point between two gaps keeps its dot.
  const dots = (line) => ({
    show: plot.clientWidth / points.length > 12 || undefined,
    size: 7, width: 2, stroke: line, fill: style("chart").backgroundColor,
  });

  let chart = null;
  let current = null;
  const tell = (index) => {
    current = index ?? null;
    readout.textContent = current === null ? readout.dataset.hint : sentence(current);
  };
  const point = (index) => {
    chart.setCursor({ left: chart.valToPos(index, "x"), top: plot.clientHeight / 2 });
  };
  const away = () => chart.setCursor({ left: -10, top: -10 });

  const data = [
    points.map((_, index) => index),
    column("figures", "views"),
    ...(compared ? [column("before", "visitors")] : []),
    column("figures", "visitors"),
  ];
  const draw = () => {
    if (!plot.clientWidth) return;
    chart?.destroy();
    chart = new uPlot(options(current), data, plot);
  };
  plot.hidden = false;
  draw();

  const last = points.length - 1;
  const keys = {
    ArrowLeft: () => point(current === null ? last : Math.max(0, current - 1)),
    ArrowRight: () => point(current === null ? 0 : Math.min(last, current + 1)),
    Home: () => point(0),
    End: () => point(last),
    Escape: away,
  };
  plot.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    readout.setAttribute("aria-live", "polite");
    act();
  });
  plot.addEventListener("blur", away);
  // A pointer crosses many days a second: read aloud, that would be noise.
  plot.addEventListener("pointerenter", () => readout.setAttribute("aria-live", "off"));

  new ResizeObserver(() => {
    if (chart.width !== plot.clientWidth || chart.height !== plot.clientHeight) draw();
  }).observe(plot);
  new MutationObserver(draw).observe(document.documentElement, {
    attributes: true, attributeFilter: ["data-theme"],
  });
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)", "print"]) {
    matchMedia(query).addEventListener("change", draw);
  }
})();
