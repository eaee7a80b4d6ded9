import type { Random } from "../random.ts";
import type { HyperParameters } from "./hyper-parameters.ts";

/** The features of a text, one list a word. */
export type WordFeatures = readonly (readonly number[])[];

/** Makes of a text's words the features of a sample. */
export type Blur = (words: WordFeatures) => number[];

/** Shows every feature, as when the network is used. */
export const clear: Blur = (words) => words.flat();

/**
 * @returns A blur that hides words and single features and slips in words of other texts, so that the network learns
 * to hang on no single word. People ask the same thing in many ways, and the corpus only has a few of them.
 */
export function randomBlur(settings: HyperParameters, random: Random, others: readonly WordFeatures[]): Blur {
  const happens = (share: number) => random.next() < share * 2 ** 32;
  const strayWord = () => {
    const words = others[random.below(others.length)] ?? [];
    return words[random.below(Math.max(1, words.length))] ?? [];
  };
  return (words) => {
    if (words.length === 0) return [];
    const kept = words.filter(() => !happens(settings.wordDropout));
    const seen = kept.length === 0 ? words : kept;
    const stray = happens(settings.strayWords) ? strayWord() : [];
    return [...seen.flat(), ...stray].filter(() => !happens(settings.featureDropout));
  };
}
