// Writes VitePress' settings and theme beside the pages.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sidebar, staged } from "./pages.mjs";

/** Settings for pages that stand under a path. */
function settings(base) {
  return {
    base,
    lang: "en",
    title: "massgrid",
    description: "Sweeps of neural mass models, in Node and the browser",
    lastUpdated: false,
    cleanUrls: false,
    ignoreDeadLinks: [/^\.\/explorer\/index/],
    head: [["link", { rel: "icon", href: "data:," }]],
    markdown: { theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" } },
    themeConfig: {
      nav: [
        { text: "First sweep", link: "/first-sweep" },
        { text: "Gallery", link: "/gallery" },
        { text: "Explorer", link: "/explorer" },
        { text: "API", link: "/api" },
      ],
      sidebar: sidebar(),
      outline: { level: [2, 3] },
      search: { provider: "local" },
    },
  };
}

export function writeConfig(base) {
  mkdirSync(join(staged, ".vitepress/theme"), { recursive: true });
  const { ignoreDeadLinks, ...plain } = settings(base);
  const config = `const settings = ${JSON.stringify(plain, undefined, 2)};
settings.ignoreDeadLinks = [${ignoreDeadLinks}];
settings.markdown.anchor = { slugify: ${slugify} };
export default settings;
`;
  writeFileSync(join(staged, ".vitepress/config.mjs"), config);
  const theme = 'import theme from "vitepress/theme-without-fonts";\nimport "./site.css";\nexport default theme;\n';
  writeFileSync(join(staged, ".vitepress/theme/index.mjs"), theme);
  writeFileSync(join(staged, ".vitepress/theme/site.css"), css);
}

/** Anchors of headings as GitHub makes them, so that the pages' links hold in both places. */
function slugify(text) {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");
}

const css = `:root {
  --vp-font-family-base: system-ui, sans-serif;
  --vp-font-family-mono: ui-monospace, Menlo, Consolas, monospace;
}
.vp-doc table { display: block; overflow-x: auto; }
.vp-doc math { font-size: 1.05em; }
.vp-doc .equations { overflow-x: auto; padding: 4px 0; }
.vp-doc .equation { margin: 6px 0; }
.vp-doc iframe.explorer { width: 100%; height: 900px; border: 1px solid var(--vp-c-divider); border-radius: 8px; }
.dark .vp-doc img.figure, .dark .vp-doc p > img { background: #fff; border-radius: 4px; }
`;
