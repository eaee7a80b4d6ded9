import type { AnswerNetwork } from "./answer-network.ts";
import { exp } from "./arithmetic.ts";
import type { Corpus, Exchange } from "./corpus.ts";
import type { IntentNetwork } from "./intent-network.ts";
import { chunks, plainSample, type AnswerSample } from "./samples.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** How well questions are answered when asked in the plainest situation. */
export interface Quality {
  /** Share of the questions whose intent is told right. */
  readonly understood: number;
  /** Cross entropy of the corpus answers, in nats a token, given the intent the network tells. */
  readonly loss: number;
  /** e to the loss: among how many tokens the network wavers. */
  readonly perplexity: number;
}

export interface Metrics {
  readonly trained: Quality;
  readonly heldOut: Quality;
}

export function measure(
  corpus: Corpus,
  vocabulary: Vocabulary,
  intents: IntentNetwork,
  answers: AnswerNetwork,
): Metrics {
  const exchanges = corpus.exchanges.filter((exchange) => exchange.when !== "recall");
  const byId = new Map(exchanges.map((exchange) => [exchange.id, exchange]));
  const trained = exchanges.flatMap((exchange) => exchange.questions.map((question) => ({ exchange, question })));
  const heldOut = corpus.heldOut.flatMap(({ id, question }) => {
    const exchange = byId.get(id);
    return exchange === undefined ? [] : [{ exchange, question }];
  });
  const judge = (asked: readonly Asked[]) => quality(asked, vocabulary, intents, answers);
  return { trained: judge(trained), heldOut: judge(heldOut) };
}

interface Asked {
  readonly exchange: Exchange;
  readonly question: string;
}

function quality(
  asked: readonly Asked[],
  vocabulary: Vocabulary,
  intents: IntentNetwork,
  answers: AnswerNetwork,
): Quality {
  const told = intents.predict(asked.map(({ exchange, question }) => plainSample(vocabulary, exchange, question)));
  const right = asked.filter(({ exchange }, at) => told[at] === vocabulary.intent(exchange.id)).length;
  const samples: AnswerSample[] = asked.flatMap(({ exchange }, at) =>
    exchange.answers.map((answer) => ({ intent: told[at] ?? 0, topics: [], answer: vocabulary.tokens(answer) })),
  );
  const losses = chunks(samples, 16).map((batch) => answers.measure(batch));
  const nats = losses.reduce((sum, loss) => sum + loss.nats, 0);
  const loss = nats / losses.reduce((sum, part) => sum + part.tokens, 0);
  return { understood: right / asked.length, loss, perplexity: exp(loss) };
}
