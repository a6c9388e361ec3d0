// Draws one ECharts option to an SVG string inside a bare JavaScript engine: no window, no canvas, no clock.
(function (root) {
  const Moment = root.Date;
  // A clock that stands still: nothing in a picture may depend on when, or how fast, it was drawn.
  root.Date = class extends Moment {
    constructor(...parts) { parts.length ? super(...parts) : super(0); }
    static now() { return 0; }
  };
  root.setTimeout = root.setInterval = root.requestAnimationFrame = () => 0;
  root.clearTimeout = root.clearInterval = root.cancelAnimationFrame = () => {};
  root.console = { log() {}, info() {}, warn() {}, error() {} };

  root.draw = function (text) {
    const { option, maps, width, height, locale, widths } = JSON.parse(text);
    const measureText = (line, font) => {
      const table = /bold|[6-9]00/.test(font) ? widths.bold : widths.regular;
      const size = +(/([\d.]+)px/.exec(font) || [0, 12])[1];
      let sum = 0;
      for (const character of line || '') sum += table[character] ?? 1000;
      return { width: sum * size / 1000 };
    };
    echarts.setPlatformAPI({ measureText });
    for (const name in maps) echarts.registerMap(name, { geoJSON: maps[name] });
    const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height, locale });
    chart.setOption(option);
    const drawn = chart.renderToSVGString({ useViewBox: true });
    chart.dispose();
    return String(drawn);
  };
})(globalThis);
