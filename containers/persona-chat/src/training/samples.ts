import { MEMORY_TOPICS } from "../layout.ts";
import { turnClass } from "../model.ts";
import type { Random } from "../random.ts";
import { clear, type Blur } from "./blur.ts";
import type { Corpus, Exchange } from "./corpus.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A question in its situation, and what is really asked. */
export interface IntentSample {
  readonly question: readonly number[];
  /** Features of the question before; empty when there was none. */
  readonly previous: readonly number[];
  readonly turnClass: number;
  /** Remembered topics, newest first. */
  readonly topics: readonly number[];
  readonly intent: number;
}

/** An intent, the remembered topics its answer names (newest first), and that answer. */
export interface AnswerSample {
  readonly intent: number;
  readonly topics: readonly number[];
  /** Tokens, closed by the end mark. */
  readonly answer: readonly number[];
}

interface Situation {
  readonly turns: number;
  readonly topics: readonly string[];
  readonly previous: string | null;
}

const FIRST: Situation = { turns: 0, topics: [], previous: null };
/** How often an epoch asks each exchange for more, and trains the answer that names what is remembered. */
const MORE_COPIES = 2;
const RECALL_COPIES = 100;

/** Draws training samples from a corpus: questions in random situations, and answers. */
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

  /** @returns Every question once, and every exchange asked for more, shuffled. */
  intents(): IntentSample[] {
    const samples = this.corpus.exchanges.flatMap((exchange) => [
      ...exchange.questions.map((question) => this.ask(exchange, question)),
      ...exchange.more.flatMap(() => repeat(MORE_COPIES, () => this.askForMore(exchange))),
    ]);
    return shuffle(samples, this.random);
  }

  /** @returns Every answer once, and some that name random topics, shuffled. */
  answers(): AnswerSample[] {
    const samples = this.corpus.exchanges.flatMap((exchange) => {
      const intent = this.vocabulary.intent(exchange.id);
      if (exchange.when === "recall") return repeat(RECALL_COPIES, () => this.recall(exchange));
      const moreIntent = this.vocabulary.moreIntent(exchange.id);
      return [
        ...exchange.answers.map((answer) => ({ intent, topics: [], answer: this.vocabulary.tokens(answer) })),
        ...exchange.more.map((more) => ({ intent: moreIntent, topics: [], answer: this.vocabulary.tokens(more) })),
      ];
    });
    return shuffle(samples, this.random);
  }

  private ask(exchange: Exchange, question: string): IntentSample {
    const isFirst = exchange.when === "first" || (exchange.when !== "later" && this.random.below(3) === 0);
    const situation = isFirst ? FIRST : this.drawPast();
    return encode(this.vocabulary, this.vocabulary.intent(exchange.id), situation, question, this.blur);
  }

  private askForMore(exchange: Exchange): IntentSample {
    const phrase = pick(this.corpus.morePhrases, this.random);
    const intent = this.vocabulary.moreIntent(exchange.id);
    return encode(this.vocabulary, intent, this.drawAfterwards(exchange), phrase, this.blur);
  }

  /** An answer that names the remembered topics. */
  private recall(exchange: Exchange): AnswerSample {
    const situation = this.random.below(8) === 0 ? FIRST : this.drawPast();
    const template = exchange.answers[situation.topics.length] ?? "";
    const newestFirst = situation.topics.toReversed();
    const answer = newestFirst.reduce((text, topic, at) => text.replace(`{${at + 1}}`, topic), template);
    const topics = encodeTopics(this.vocabulary, situation);
    return { intent: this.vocabulary.intent(exchange.id), topics, answer: this.vocabulary.tokens(answer) };
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

/** @returns The sample of a question of the exchange asked in the plainest situation, fully seen. */
export function plainSample(vocabulary: Vocabulary, exchange: Exchange, question: string): IntentSample {
  const situation = exchange.when === "later" ? { ...FIRST, turns: 3 } : FIRST;
  return encode(vocabulary, vocabulary.intent(exchange.id), situation, question, clear);
}

function encode(
  vocabulary: Vocabulary,
  intent: number,
  situation: Situation,
  question: string,
  blur: Blur,
): IntentSample {
  return {
    question: blur(vocabulary.features(question)),
    previous: situation.previous === null ? [] : blur(vocabulary.features(situation.previous)),
    turnClass: turnClass(situation.turns),
    topics: encodeTopics(vocabulary, situation),
    intent,
  };
}

function encodeTopics(vocabulary: Vocabulary, situation: Situation): number[] {
  return situation.topics.toReversed().map((topic) => vocabulary.topic(topic));
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

/** @returns The values in groups of `size`; the last one may be smaller. */
export function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) => values.slice(at * size, (at + 1) * size));
}
