/* With more of them the points of a curve would touch, and it is smoothed. */
const MOST_POINTS = 40;
/* The share of the points that a smoothed value is about the mean of, before the slider moves. */
const WINDOW = 0.04;

const style = name => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

function line(curve, opacity, options) {
  const colour = style(curve.hue) + opacity;
  return {
    label: curve.name, data: curve.points, borderColor: colour, backgroundColor: colour,
    pointBorderWidth: 0, clip: 4, ...options
  };
}

/* Few values with their points, many smoothed with the values themselves faintly behind. */
const lines = curve => curve.points.length > MOST_POINTS
  ? [
      line(curve, "", {label: curve.name + ", smoothed", of: curve.points, borderWidth: 2, pointRadius: 1}),
      line(curve, "55", {borderWidth: 1, pointRadius: 0})
    ]
  : [line(curve, "", {borderWidth: 2, pointRadius: 3})];

/* A running mean, in which each value counts what is kept of the one after it. */
function smooth(points, kept) {
  let sum = 0;
  let weight = 0;
  return points.map(([x, y]) => {
    if (y === null) {
      return [x, y];
    }
    sum = kept * sum + y;
    weight = kept * weight + 1;
    return [x, sum / weight];
  });
}

function draw(canvas) {
  const {across, number, curves} = JSON.parse(canvas.dataset.chart);
  const format = new Intl.NumberFormat("en-US", number);
  const text = value => value === 0 ? "0" : format.format(value).toLowerCase();
  const all = curves.flatMap(curve => curve.points.map(point => point[0]));
  const margin = all.every(x => x === all[0]) ? 0.5 : 0;
  canvas.parentElement.style.height = 14.5 + 1.25 * curves.length + "rem"; // each may need a line in the legend
  const chart = new Chart(canvas, {
    type: "line",
    data: {datasets: curves.flatMap(lines)},
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: {mode: "nearest", axis: "x", intersect: false},
      scales: {
        x: {
          type: "linear", min: Math.min(...all) - margin, max: Math.max(...all) + margin,
          title: {display: true, text: across}, grid: {display: false},
          ticks: {precision: 0, includeBounds: false, maxRotation: 0}
        },
        y: {ticks: {callback: value => text(value), maxTicksLimit: 7}}
      },
      plugins: {
        legend: {align: "start", labels: {boxWidth: 16, boxHeight: 2}},
        tooltip: {
          callbacks: {
            title: items => across + " " + Math.round(items[0].parsed.x),
            label: item => item.dataset.label + ": " + text(item.parsed.y)
          }
        }
      }
    }
  });
  const points = Math.max(...curves.map(curve => curve.points.length));
  if (points > MOST_POINTS) {
    addSlider(canvas.closest("figure"), chart, 1 - 1 / Math.max(2, WINDOW * points));
  }
}

/* The slider is the logarithm of how far the running mean reaches. */
function addSlider(figure, chart, kept) {
  const label = document.createElement("label");
  const range = document.createElement("input");
  Object.assign(range, {type: "range", min: 0, max: 2, step: 0.02, value: -Math.log10(1 - kept)});
  range.oninput = () => {
    for (const line of chart.data.datasets.filter(line => line.of)) {
      line.data = smooth(line.of, 1 - 10 ** -range.value);
    }
    chart.update();
  };
  range.oninput();
  label.className = "smoothing";
  label.append("smoothing", range);
  figure.querySelector("figcaption").append(label);
}

/* In the colours of the page, anew when it turns dark or light. */
function drawAll() {
  Chart.defaults.font.family = "system-ui, sans-serif";
  Chart.defaults.color = style("muted");
  Chart.defaults.borderColor = style("line");
  document.querySelectorAll(".smoothing").forEach(label => label.remove());
  for (const canvas of document.querySelectorAll("canvas")) {
    Chart.getChart(canvas)?.destroy();
    draw(canvas);
  }
}

drawAll();
matchMedia("(prefers-color-scheme: dark)").onchange = drawAll;
