// Package solver is the mathematics of a negotiation: given an agenda and what each party wants, which packages can
// nobody better without hurting someone, which of those is fair by a rule the parties named, how much is left on the
// table and by which swap it would be had.
//
// A Problem is numbers only: issues, options and parties are indices, utilities are whole numbers of units, so that
// equality and dominance are exact. FromAgenda makes one of an agenda and the preferences of its parties.
//
// Nothing is enumerated. An additive utility is a sum of one number an issue, so the frontier of the whole lies within
// the sum of the frontiers of its parts (Nemhauser & Ullmann 1969): keep a frontier, add the next issue's options, drop
// what is dominated, go on. Conditions and interaction terms tie issues together; those are eliminated one by one,
// carrying a frontier for each state of what is still tied (Rollón & Larrosa 2006).
//
// Every long computation takes a context, reports progress, bounds its memory and says whether its answer is exact, an
// ε-frontier with its ε, or the best found.
package solver
