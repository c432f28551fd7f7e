// Another language, without a reload: the visitor picked one, or the page says it is in another now.

import type { Make } from "../core";
import { pick } from "../language";

/** Without `wanted`: the page's. */
export type Speech = (wanted?: string) => Promise<void>;

offer(((core) => {
  const { settings, corner, part, told } = core;
  let turn = 0;
  return async (wanted = document.documentElement.lang) => {
    const mine = ++turn;
    const language = pick(wanted, settings.languages);
    const { stage } = await part("choosing");
    // A choice is recorded under the language that was read: that of words which are here, and of
    // those that were asked for last.
    const [words] = await Promise.all([told(stage.part(), language), told("first", language)]);
    if (mine !== turn) return;
    core.speak(language);
    corner.speak(words);
    stage.speak(words);
  };
}) satisfies Make<"speech">);
