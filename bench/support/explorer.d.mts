import type { Page } from "playwright-core";

export function serve(): Promise<{ address: string; end(): void }>;
export function tasksOf(page: Page, work: () => Promise<unknown>): Promise<number[]>;
