// Charts and the link indicator. Everything else is HTML that the server sends and htmx puts in place.
"use strict";

(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const byId = (id) => document.getElementById(id);
  const charts = [];

  // ---- Numbers, as the server's Amounts prints them ----

  const PREFIXES = ["", "k", "M", "G", "T", "P", "E"];

  function count(amount) {
    let rest = Math.abs(amount);
    let prefix = 0;
    while (rest >= 999.5 && prefix < PREFIXES.length - 1) {
      rest /= 1000;
      prefix++;
    }
    const whole = !prefix && Number.isInteger(rest);
    const digits =
      whole || rest >= 99.95 ? rest.toFixed(0)
      : rest >= 9.995 ? rest.toFixed(1)
      : rest >= 1 ? rest.toFixed(2)
      : rest.toPrecision(3);
    return (amount < 0 ? "−" : "") + digits + PREFIXES[prefix];
  }

  function score(value) {
    const size = Math.abs(value);
    const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4;
    return value.toFixed(digits).replace("-", "−");
  }

  // ---- Charts ----

  function colours() {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(name).trim();
    return {
      text: read("--text"),
      muted: read("--muted"),
      line: read("--line"),
      strong: read("--line-strong"),
      surface: read("--surface"),
      accent: read("--accent"),
      seed: read("--seed-mark"),
      point: read("--point"),
    };
  }

  const FONT = '"Inter", system-ui, sans-serif';

  function axis(c, name, more) {
    return Object.assign(
      {
        type: "value",
        scale: true,
        name,
        nameLocation: "middle",
        nameTextStyle: { color: c.muted, fontFamily: FONT, fontSize: 12 },
        axisLabel: { color: c.muted, fontFamily: FONT, fontSize: 11.5, hideOverlap: true },
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { lineStyle: { color: c.line } },
        splitNumber: 5,
      },
      more,
    );
  }

  function frame(c, empty) {
    return {
      animation: !calm.matches,
      animationDuration: 350,
      textStyle: { fontFamily: FONT },
      grid: { left: 62, right: 26, top: 22, bottom: 46 },
      title: {
        show: Boolean(empty),
        text: empty || "",
        left: "center",
        top: "middle",
        textStyle: { color: c.muted, fontSize: 13, fontWeight: 400, fontFamily: FONT },
      },
      tooltip: {
        backgroundColor: c.surface,
        borderColor: c.strong,
        borderWidth: 1,
        padding: [8, 12],
        textStyle: { color: c.text, fontFamily: FONT, fontSize: 12.5 },
        confine: true,
        transitionDuration: calm.matches ? 0 : 0.15,
      },
    };
  }

  // Plain elements: nothing that a page's content policy would have to allow.
  function tip(title, ...lines) {
    const box = document.createElement("div");
    box.className = "tip";
    const head = document.createElement("b");
    head.textContent = title;
    box.append(head);
    for (const line of lines.filter(Boolean)) {
      const span = document.createElement("span");
      span.textContent = line;
      box.append(span);
    }
    return box;
  }

  function trialTip(point, data) {
    const spread = " (" + score(point.standing.low) + "–" + score(point.standing.high) + ")";
    return tip(
      "Trial #" + point.trial + (point.seed ? " · G*" : ""),
      data.scoreName + " " + score(point.score) + spread,
      count(point.multiplyAdds) + " FLOPs, " + count(point.parameters) + " parameters",
      data.costName === "FLOPs" || point.cost == null ? "" : data.costName + " " + count(point.cost),
      data.front.includes(point.trial) ? "on the Pareto front" : "",
    );
  }

  // The server sends a trial as an array.
  function readChart(json) {
    const data = JSON.parse(json);
    data.points = data.points.map(([trial, cost, multiplyAdds, score, low, high, parameters, seed]) => ({
      trial, cost, multiplyAdds, score, standing: { low, high }, parameters, seed,
    }));
    const left = data.scored - data.points.length;
    const note = byId("chart-note");
    if (note) {
      note.textContent = left > 0 ? `${data.points.length} of ${data.scored} trials are drawn` : "";
    }
    return data;
  }

  const item = (x, point) => ({ value: [x, point.score], point });

  function costOption(data, c) {
    const front = new Set(data.front);
    const ofFront = data.front.map((trial) => data.points.find((p) => p.trial === trial));
    const cost = (p) => item(p.cost, p);
    const seed = data.points.filter((p) => p.seed);
    const dots = (name, points, color, size, more) =>
      Object.assign(
        {
          name,
          type: "scatter",
          data: points.map(cost),
          symbolSize: size,
          itemStyle: { color, opacity: 1, borderColor: c.surface, borderWidth: 1.5 },
          emphasis: { scale: 1.35 },
          cursor: "pointer",
        },
        more,
      );
    return Object.assign(frame(c, data.points.length ? "" : "The first scored trial appears here"), {
      xAxis: axis(c, data.costName, {
        nameGap: 28,
        show: data.points.length > 0,
        splitLine: { show: false },
        axisLine: { show: true, lineStyle: { color: c.strong } },
        axisLabel: { color: c.muted, fontFamily: FONT, fontSize: 11.5, formatter: count, hideOverlap: true },
        boundaryGap: ["6%", "8%"],
      }),
      yAxis: scoreAxis(data, c),
      tooltip: trialTooltip(data, c),
      series: [
        {
          name: "Pareto front",
          type: "line",
          step: "end",
          data: ofFront.map(cost),
          symbol: "none",
          lineStyle: { color: c.accent, width: 2, opacity: 0.75 },
          silent: true,
          z: 2,
        },
        dots("trials", data.points.filter((p) => !p.seed && !front.has(p.trial)), c.point, 10, { z: 3 }),
        dots("front", data.points.filter((p) => !p.seed && front.has(p.trial)), c.accent, 12, {
          z: 4,
          label: {
            show: ofFront.length <= 8,
            formatter: (p) => "#" + p.data.point.trial,
            position: "left",
            distance: 5,
            color: c.muted,
            fontSize: 11,
            fontFamily: FONT,
          },
        }),
        dots("G*", seed, c.seed, 15, {
          z: 5,
          symbol: "diamond",
          label: {
            show: true,
            formatter: "G*",
            position: front.has(0) ? "left" : "right",
            color: c.text,
            fontWeight: 600,
            fontSize: 12,
            fontFamily: FONT,
          },
        }),
      ],
    });
  }

  function tick(value) {
    return Math.abs(value) >= 10000 ? count(value) : String(Number(value.toPrecision(6))).replace("-", "−");
  }

  function scoreAxis(data, c) {
    return axis(c, data.scoreName, {
      nameGap: 44,
      show: data.points.length > 0,
      boundaryGap: ["6%", "6%"],
      axisLabel: { color: c.muted, fontFamily: FONT, fontSize: 11.5, formatter: (v) => tick(v) },
    });
  }

  function trialTooltip(data, c) {
    return Object.assign(frame(c).tooltip, {
      trigger: "item",
      formatter: (p) => (p.data && p.data.point ? trialTip(p.data.point, data) : ""),
    });
  }

  function historyOption(data, c) {
    let best = Infinity;
    const line = [];
    for (const point of data.points) {
      best = Math.min(best, point.score);
      line.push([point.trial, best]);
    }
    const seed = data.points.find((p) => p.seed);
    const trial = (p) => item(p.trial, p);
    return Object.assign(frame(c, data.points.length ? "" : "The first scored trial appears here"), {
      xAxis: axis(c, "Trial", {
        nameGap: 28,
        show: data.points.length > 0,
        min: 0,
        max: (range) => Math.max(4, range.max),
        minInterval: 1,
        splitLine: { show: false },
        axisLine: { show: true, lineStyle: { color: c.strong } },
      }),
      yAxis: scoreAxis(data, c),
      tooltip: trialTooltip(data, c),
      series: [
        {
          name: "best so far",
          type: "line",
          step: "end",
          data: line,
          symbol: "none",
          silent: true,
          lineStyle: { color: c.accent, width: 2 },
          areaStyle: { color: c.accent, opacity: 0.07, origin: "start" },
          markLine: seed && {
            silent: true,
            symbol: "none",
            animation: false,
            precision: 8,
            data: [{ yAxis: seed.score }],
            lineStyle: { color: c.seed, type: [4, 4], width: 1.5 },
            label: {
              formatter: "G*",
              position: "insideEndTop",
              color: c.text,
              fontWeight: 600,
              fontFamily: FONT,
            },
          },
          z: 2,
        },
        {
          name: "trials",
          type: "scatter",
          data: data.points.filter((p) => !p.seed).map(trial),
          symbolSize: 9,
          cursor: "pointer",
          itemStyle: { color: c.point, opacity: 1, borderColor: c.surface, borderWidth: 1.5 },
          z: 3,
        },
        {
          name: "G*",
          type: "scatter",
          data: data.points.filter((p) => p.seed).map(trial),
          symbol: "diamond",
          symbolSize: 14,
          cursor: "pointer",
          itemStyle: { color: c.seed, opacity: 1, borderColor: c.surface, borderWidth: 1.5 },
          z: 4,
        },
      ],
    });
  }

  function lossOption(data, c) {
    return Object.assign(frame(c, data.length ? "" : byId("loss-chart").dataset.empty), {
      xAxis: axis(c, "Trained images", {
        nameGap: 28,
        show: data.length > 0,
        scale: false,
        splitLine: { show: false },
        axisLine: { show: true, lineStyle: { color: c.strong } },
        axisLabel: { color: c.muted, fontFamily: FONT, fontSize: 11.5, formatter: count, hideOverlap: true },
      }),
      yAxis: axis(c, "Loss", {
        nameGap: 44,
        show: data.length > 0,
        axisLabel: { color: c.muted, fontFamily: FONT, fontSize: 11.5, formatter: (v) => tick(v) },
      }),
      tooltip: Object.assign(frame(c).tooltip, {
        trigger: "axis",
        axisPointer: { type: "line", lineStyle: { color: c.strong } },
        formatter: (points) =>
          tip("Loss " + score(points[0].value[1]), count(points[0].value[0]) + " images"),
      }),
      series: [
        {
          type: "line",
          data: data.map((p) => [p.images, p.loss]),
          showSymbol: data.length < 3,
          symbolSize: 6,
          itemStyle: { color: c.accent },
          lineStyle: { color: c.accent, width: 2 },
          areaStyle: { color: c.accent, opacity: 0.07, origin: "start" },
        },
      ],
    });
  }

  function chart(id, data, option) {
    const element = byId(id);
    if (!element) {
      return null;
    }
    const drawn = echarts.init(element, null, { renderer: "canvas" });
    const one = {
      data,
      draw: () => drawn.setOption(option(one.data, colours()), { notMerge: true }),
    };
    new ResizeObserver(() => drawn.resize()).observe(element);
    const pages = (byId("cost-chart") || element).dataset.trialUrl;
    drawn.on("click", (event) => {
      if (pages && event.data && event.data.point) {
        location.assign(pages.replace(/\d+$/, String(event.data.point.trial)));
      }
    });
    one.draw();
    charts.push(one);
    return one;
  }

  dark.addEventListener("change", () => charts.forEach((one) => one.draw()));

  function live(inbox, drawn, read) {
    inbox.addEventListener("htmx:sseBeforeMessage", (event) => {
      event.preventDefault();
      const data = read(event.detail.data);
      for (const one of drawn) {
        one.data = data;
        one.draw();
      }
    });
  }

  async function drawCharts() {
    try {
      await Promise.race([
        Promise.all([document.fonts.load("400 12px Inter"), document.fonts.load("600 12px Inter")]),
        new Promise((done) => setTimeout(done, 1500)),
      ]);
    } catch {
      // The fallback font draws as well.
    }
    const campaign = byId("charts");
    if (campaign) {
      const data = readChart(campaign.dataset.charts);
      live(campaign, [
        chart("cost-chart", data, costOption),
        chart("history-chart", data, historyOption),
      ], readChart);
    }
    const loss = byId("loss");
    if (loss) {
      live(loss, [chart("loss-chart", JSON.parse(loss.dataset.loss), lossOption)], JSON.parse);
    }
  }

  // ---- Rows glide to their new places ----

  function glide(table) {
    let before = new Map();
    table.addEventListener("htmx:sseBeforeMessage", () => {
      before = new Map();
      for (const row of table.rows) {
        before.set(row.id, row.getBoundingClientRect().top);
      }
    });
    table.addEventListener("htmx:sseMessage", () => {
      if (calm.matches) {
        return;
      }
      for (const row of table.rows) {
        const old = before.get(row.id);
        const now = row.getBoundingClientRect().top;
        if (old === undefined) {
          row.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 450, easing: "ease-out" });
        } else if (Math.abs(old - now) > 1) {
          row.animate([{ transform: `translateY(${old - now}px)` }, { transform: "none" }], {
            duration: 420,
            easing: "cubic-bezier(.2,.8,.2,1)",
          });
        }
      }
    });
  }

  // ---- The link to the server ----

  function linkState(state, words) {
    const badge = byId("link-state");
    if (badge && badge.dataset.state !== state) {
      badge.dataset.state = state;
      badge.textContent = words;
    }
  }

  document.addEventListener("htmx:sseOpen", () => linkState("live", "Live"));
  document.addEventListener("htmx:sseError", () => linkState("lost", "Reconnecting"));
  document.addEventListener("htmx:sseClose", () => linkState("lost", "Not connected"));

  document.addEventListener("DOMContentLoaded", () => {
    const table = byId("leaderboard");
    if (table) {
      glide(table);
    }
    drawCharts();
  });
})();
