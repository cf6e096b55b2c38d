// What the words of a turn say of its kind, in a few languages: general words only, few, and none of any trade.
// A text is looked at by its words as `tokenize` gives them, with a blank between them: without accents or apostrophes.
import { tokenize } from '../articles/tokenize.ts'
import { evaluative } from '../search/words.ts'

/** A question as it may begin that asks for a fact. */
export const openings = wordSet(`
  is are was were do does did has have how what which will can could would any
  ist sind hat haben gibt kann darf muss wird wie welche welcher welches wann wo warum
  es son esta estan hay tiene tienen puede pueden puedo como que cual cuales cuando cuanto cuanta cuantos donde
  est sont quel quelle quels quelles combien comment quand peut peuvent puis`)

/** It asks about a third, not about who speaks or listens. */
export const aboutThird = oneOf(
  /(is|are|was|were|do|does|did|has|have) (it|its|they|their|there|that|this|these|those|the|any|either|all|both)/,
  /(ist|sind|hat|haben|gibt|kann|darf) (es|er|das|der|die|dies|diese|dieser|dieses|ein|eine|man)/,
  /(es|son|esta|estan|hay|tiene|tienen) (el|la|los|las|un|una|algun|alguna|este|esta|ese|esa|eso)/,
  /(est|sont|a|ont|peut|peuvent) (t )?(il|elle|ils|elles|on)/,
  /est ce (que|qu) (le|la|les|l|il|elle|ils|elles|on|c|ca|cela|cette)/,
)

/** It asks somebody to act, or says what is wanted. */
export const requests = oneOf(
  /(can|could|would|will) (you|i|we) (.* )?(book|reserve|order|cancel|change|send|give|find|get|help)/,
  /(i|we) ((d|would) )?(need|want|like)|looking for/,
  /(konnen|konnten|wurden) (sie|wir) (.* )?(buchen|reservieren|bestellen|stornieren|andern|schicken|geben)/,
  /(brauche|mochte|will) ich|ich (brauche|mochte|will)|wir (brauchen|mochten|wollen)/,
  /(puede|podria|puedes|podrias) (.* )?(reservar|reservarme|pedir|cancelar|cambiar|enviar|enviarme|dar|darme)/,
  /quiero|quisiera|queremos|necesito|necesitamos|me gustaria/,
  /(pouvez|pourriez) vous (.* )?(reserver|commander|annuler|changer|envoyer|donner|trouver)/,
  /je (veux|voudrais|souhaite)|j (aimerais|ai besoin)|nous (voulons|voudrions)/,
)

/** Details that a system of record holds. */
export const records = wordSet(`
  address area code email number numbers phone postal postcode price reference telephone zip
  adresse nummer postleitzahl preis telefon telefonnummer
  codigo direccion numero precio telefono
  prix telephone`)

/** Days, times and numbers of people. */
export const details = wordSet(`
  am days friday monday night nights people person pm saturday sunday thursday today tomorrow tonight tuesday wednesday
  montag dienstag mittwoch donnerstag freitag samstag sonntag heute uhr personen
  lunes martes miercoles jueves viernes sabado domingo hoy persona personas
  lundi mardi mercredi jeudi vendredi samedi dimanche demain personne personnes`)

export const closings = wordSet(`
  bye goodbye thank thanks danke dankeschon tschuss wiederhoren wiedersehen gracias adios merci revoir ありがとう شكرا`)

/** They ask for a judgement. */
export const judging: ReadonlySet<string> = new Set([
  ...evaluative,
  ...wordSet(`
    empfehlen empfehlenswert freundlich gute guter gutes lohnt ruhig sauber teuer
    barato buena caro limpia limpio recomienda recomendable tranquila tranquilo
    bonne calme cher propre recommandez vaut`),
])

/** The last question of a text, by the marks of any of the scripts; empty where none is asked. */
export function lastQuestionOf(text: string): string {
  return text.match(/[^.!?。！？؟]*[?？؟]/g)?.at(-1) ?? ''
}

function wordSet(words: string): ReadonlySet<string> {
  return new Set(tokenize(words))
}

/** One of these, as whole words. */
function oneOf(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(`\\b(${patterns.map(({ source }) => source).join('|')})\\b`)
}
