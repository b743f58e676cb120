import { type Command, Option } from "commander";
import type { ExploreOptions } from "./explore.ts";
import { exploreHelp, modelsHelp, showHelp } from "./help.ts";
import type { ShowOptions } from "./show.ts";

/** The commands that show models. What each command needs is loaded when it runs: help and errors are there at once. */
export function addModelCommands(massgrid: Command): void {
  massgrid
    .command("models")
    .description("list the bundled models by family: path, numbers of states, parameters and edges, description")
    .argument("[text]", "list those whose path, family or description has this text")
    .addOption(new Option("-a, --all", "list those for tests and of a tutorial too"))
    .addHelpText("after", modelsHelp)
    .action(async (text: string | undefined, options) => (await import("./show.ts")).models(text, options));
  massgrid
    .command("show")
    .description("show a model: its equations, variables and edges, or its source")
    .argument("<template>", "path of a template, or of a file of templates")
    .addOption(new Option("--as <form>", "what to print").choices(["text", "assemblyscript"]).default("text"))
    .addOption(new Option("-a, --all", "list every node and edge, also of a large network"))
    .addHelpText("after", showHelp)
    .action(async (template: string, options: ShowOptions) => (await import("./show.ts")).show(template, options));
}

/** The command for the page. */
export function addExploreCommand(massgrid: Command, signal: AbortSignal): void {
  massgrid
    .command("explore")
    .description("serve the explorer, a page to sweep models in, on this machine until it is interrupted")
    .argument("[model]", "file of a template to begin with; the published sweep if not given")
    .addOption(new Option("--port <port>", "port to listen at (default: any that is free)"))
    .addHelpText("after", exploreHelp)
    .action(async (model: string | undefined, options: ExploreOptions) => (await import("./explore.ts")).explore(model, options, signal));
}
