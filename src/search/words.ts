// English words that the index treats in a way of their own, and where a text's sentences end.
import { tokenize } from '../articles/tokenize.ts'

/**
 * Function words, polite phrases and the verbs of asking: they say nothing of what is asked. Other languages have no
 * such list here; their function words are frequent and so weigh little.
 */
export const filler: ReadonlySet<string> = new Set(
  tokenize(`
  a about after again all also although am an and another any anybody anyone anything are as ask asked asking at aware
  be because been before being between both but by bye can certain check come confirm consider considered considering
  consist contain could couldn d describe did didn do does doesn doing don done double during
  each either else er even ever every everything exactly expect feature few find first for from further
  get gets getting give given go goes going gonna good got great had happen hadn has hasn have haven having he hear
  heard hello help her here hers hey hi him his hmm hope hoping how however i if im in inform information informed
  into involve is isn it its itself just kind kinds know known learn let like listed ll look looking lot lots
  m make many may maybe me mean mention mentioned might mine more most much must my need needed needs no nope not now
  of off offer offered offering offers oh ok okay on once one only or other our out over own
  particular perhaps place places please possible possibly probably provide provided question questions quite
  re really review reviews right s say see seem seems shall she should shouldn show since so some someone something
  sorry sort specific specifically still such sure t take tell than thank thanks that the their them then there these
  they thing things think this those though through to too try type types u uh um under until up us ve verify very
  want wanted wants was wasn way we well were weren what whatever when where whether which while who whom why will
  with won wonder wondering would wouldn yeah yep yes yet you your yours`),
)

/** The first person, which tells an account of one's own experience from a rule. */
export const firstPerson: ReadonlySet<string> = new Set(['i', 'me', 'my', 'mine', 'myself'])

/** By which people ask for a judgement. What answers may well say the opposite, so they weigh less than the thing. */
export const evaluative: ReadonlySet<string> = new Set(
  tokenize(`
  affordable attractive bad beautiful best better cheap clean comfortable convenient decent delicious dirty enjoy
  enjoyable excellent expensive experience fair fancy fast feel fresh friendly fun good great helpful large like big
  modern nice noisy opinion opinions overpriced pleasant poor quality quiet rated rating reasonable recommend reliable
  review reviews selection service slow small spacious stable tasty value variety well worst worth`),
)

/** A number may stand in a name, but names nothing by itself. */
export const numberWord = /^(\d+|one|two|three|four|five|six|seven|eight|nine|ten)$/

export function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?])\s+|\n+/).filter((sentence) => sentence.trim() !== '')
}
