import type { Shape } from "../layout.ts";
import { answerTokens, questionFeatures, questionWords } from "../text.ts";
import type { Corpus } from "./corpus.ts";
import type { HyperParameters } from "./hyper-parameters.ts";

/** The words and topics of a corpus, numbered in order of first appearance. */
export class Vocabulary {
  readonly questionWords: readonly string[];
  /** Answer tokens; number 0 is the end mark, written as the empty text. */
  readonly answerTokens: readonly string[];
  readonly topics: readonly string[];
  /** Topic number of every intent: first the exchanges, then asking some of them for more. */
  readonly intentTopics: readonly number[];
  private readonly wordIds: ReadonlyMap<string, number>;
  private readonly tokenIds: ReadonlyMap<string, number>;
  private readonly topicIds: ReadonlyMap<string, number>;
  private readonly moreIntents: ReadonlyMap<string, number>;
  private readonly intents: ReadonlyMap<string, number>;
  private readonly buckets: number;

  constructor(corpus: Corpus, buckets: number) {
    const exchanges = corpus.exchanges;
    const asked = [...exchanges.flatMap((exchange) => exchange.questions), ...corpus.morePhrases];
    this.questionWords = unique(asked.flatMap(questionWords));
    this.topics = unique(exchanges.map((exchange) => exchange.topic));
    const said = [...exchanges.flatMap((exchange) => [...exchange.answers, ...exchange.more]), ...this.topics];
    this.answerTokens = ["", ...unique(said.map(withoutSlots).flatMap(answerTokens))];
    this.wordIds = new Map(this.questionWords.map((word, at) => [word, at + 1]));
    this.tokenIds = new Map(this.answerTokens.map((token, at) => [token, at]));
    this.topicIds = new Map(this.topics.map((topic, at) => [topic, at]));
    const withMore = exchanges.filter((exchange) => exchange.more.length > 0);
    this.intents = new Map(exchanges.map((exchange, at) => [exchange.id, at]));
    this.moreIntents = new Map(withMore.map((exchange, at) => [exchange.id, exchanges.length + at]));
    this.intentTopics = [...exchanges, ...withMore].map((exchange) => this.topic(exchange.topic));
    this.buckets = buckets;
  }

  shape(settings: HyperParameters): Shape {
    const { buckets, thought, plan, token, hidden, score } = settings;
    return {
      words: this.questionWords.length,
      buckets,
      topics: this.topics.length,
      intents: this.intentTopics.length,
      vocabulary: this.answerTokens.length,
      thought,
      plan,
      token,
      hidden,
      score,
    };
  }

  /** @returns For every word of the question, its feature numbers. */
  features(question: string): number[][] {
    return questionFeatures(question, this.wordIds, this.buckets);
  }

  /** @returns Token numbers of an answer, closed by the end mark. */
  tokens(answer: string): number[] {
    return [...answerTokens(answer).map((token) => this.tokenIds.get(token) ?? 0), 0];
  }

  topic(name: string): number {
    return this.topicIds.get(name) ?? 0;
  }

  /** @returns The intent of a question of the exchange. */
  intent(exchangeId: string): number {
    return this.intents.get(exchangeId) ?? 0;
  }

  /** @returns The intent of asking for more after the exchange. */
  moreIntent(exchangeId: string): number {
    return this.moreIntents.get(exchangeId) ?? 0;
  }
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function withoutSlots(text: string): string {
  return text.replaceAll(/\{\d\}/g, "");
}
