import { MEMORY_TOPICS } from "../layout.ts";
import { turnClass } from "../model.ts";
import type { Random } from "../random.ts";
import { clear, type Blur } from "./blur.ts";
import type { Corpus, Exchange } from "./corpus.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** One question in its situation, and the answer to learn. */
export interface Sample {
  readonly question: readonly number[];
  /** Features of the question before; empty when there was none. */
  readonly previous: readonly number[];
  readonly turnClass: number;
  /** Remembered topics, newest first. */
  readonly topics: readonly number[];
  /** What is really asked, for the network to tell apart. */
  readonly intent: number;
  /** Answer tokens with the end mark. */
  readonly answer: readonly number[];
}

interface Situation {
  readonly turns: number;
  readonly topics: readonly string[];
  readonly previous: string | null;
}

const FIRST: Situation = { turns: 0, topics: [], previous: null };
const MORE_SAMPLES_PER_EXCHANGE = 2;

/** Draws training samples from a corpus: questions in random situations, with one of their answers. */
export class SampleSource {
  private readonly corpus: Corpus;
  private readonly vocabulary: Vocabulary;
  private readonly random: Random;
  private readonly blur: Blur;

  constructor(corpus: Corpus, vocabulary: Vocabulary, random: Random, blur: Blur) {
    this.corpus = corpus;
    this.vocabulary = vocabulary;
    this.random = random;
    this.blur = blur;
  }

  /** @returns The samples of one epoch, shuffled: every question once, and every exchange asked for more. */
  epoch(): Sample[] {
    const samples = this.corpus.exchanges.flatMap((exchange) => [
      ...exchange.questions.map((question) => this.ask(exchange, question)),
      ...exchange.more.flatMap((more) => repeat(MORE_SAMPLES_PER_EXCHANGE, () => this.askForMore(exchange, more))),
    ]);
    return shuffle(samples, this.random);
  }

  private ask(exchange: Exchange, question: string): Sample {
    const isFirst = exchange.when === "first" || (exchange.when !== "later" && this.random.below(3) === 0);
    const situation = isFirst ? FIRST : this.drawPast();
    const answer = exchange.when === "recall" ? recall(exchange, situation) : pick(exchange.answers, this.random);
    return encode(this.vocabulary, exchange, situation, question, answer, this.blur);
  }

  private askForMore(exchange: Exchange, more: string): Sample {
    const phrase = pick(this.corpus.morePhrases, this.random);
    return encode(this.vocabulary, exchange, this.drawAfterwards(exchange), phrase, more, this.blur);
  }

  /** A past of one to four turns with topics and a last question that have nothing to do with what comes next. */
  private drawPast(): Situation {
    const turns = 1 + this.random.below(4);
    const topics: string[] = [];
    let previous = "";
    for (let turn = 0; turn < Math.min(turns, MEMORY_TOPICS); turn++) {
      const exchange = pick(this.corpus.exchanges, this.random);
      previous = pick(exchange.questions, this.random);
      remember(topics, exchange.topic);
    }
    return { turns, topics, previous };
  }

  /** The situation right after the exchange: it is the last question, and its topic the newest. */
  private drawAfterwards(exchange: Exchange): Situation {
    const before = exchange.when === "first" || this.random.below(2) === 0 ? FIRST : this.drawPast();
    const topics = [...before.topics];
    remember(topics, exchange.topic);
    const previous = pick(exchange.questions, this.random);
    return { turns: before.turns + 1, topics: topics.slice(-MEMORY_TOPICS), previous };
  }
}

/** @returns The sample of a question asked first thing, fully seen, with a given answer. */
export function plainSample(vocabulary: Vocabulary, exchange: Exchange, question: string, answer: string): Sample {
  const situation = exchange.when === "later" ? { ...FIRST, turns: 3 } : FIRST;
  return encode(vocabulary, exchange, situation, question, answer, clear);
}

function encode(
  vocabulary: Vocabulary,
  exchange: Exchange,
  situation: Situation,
  question: string,
  answer: string,
  blur: Blur,
): Sample {
  return {
    question: blur(vocabulary.features(question)),
    previous: situation.previous === null ? [] : blur(vocabulary.features(situation.previous)),
    turnClass: turnClass(situation.turns),
    topics: situation.topics.toReversed().map((topic) => vocabulary.topic(topic)),
    intent: vocabulary.intent(exchange.id, exchange.more.includes(answer)),
    answer: vocabulary.tokens(answer),
  };
}

/** @returns The answer that names the remembered topics. */
function recall(exchange: Exchange, situation: Situation): string {
  const template = exchange.answers[situation.topics.length] ?? "";
  const newestFirst = situation.topics.toReversed();
  return newestFirst.reduce((text, topic, at) => text.replace(`{${at + 1}}`, topic), template);
}

function remember(topics: string[], topic: string): void {
  const at = topics.indexOf(topic);
  if (at >= 0) topics.splice(at, 1);
  topics.push(topic);
}

function repeat<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

function pick<T>(values: readonly T[], random: Random): T {
  // The lists of a parsed corpus are never empty, and `below` stays inside them.
  return values[random.below(values.length)] as T;
}

function shuffle<T>(values: T[], random: Random): T[] {
  for (let at = values.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    // Both indexes are inside the list.
    [values[at], values[other]] = [values[other] as T, values[at] as T];
  }
  return values;
}
