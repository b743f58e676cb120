import { recolor } from "./chart.ts";

export const themes = ["system", "light", "dark"] as const;
type Theme = (typeof themes)[number];
/** Where a browser keeps the theme that was chosen. */
const KEPT = "massgrid theme";

/** Draws the page in the colours of a theme from now on. */
export function chooseTheme(name: string): void {
  const theme = themeOf(name);
  setTheme(theme);
  keep(theme);
  recolor();
}

/** Sets the theme that was chosen before. */
export function setKeptTheme(): void {
  setTheme(themeOf(keptTheme()));
}

function themeOf(name: string): Theme {
  return themes.find((each) => each === name) ?? "system";
}

function setTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function keptTheme(): string {
  try {
    return localStorage.getItem(KEPT) ?? "system";
  } catch {
    // A browser may keep nothing for this page.
    return "system";
  }
}

function keep(theme: Theme): void {
  try {
    localStorage.setItem(KEPT, theme);
  } catch {
    // Then the theme lasts as long as the page.
  }
}
