package solver

// egalitarianRuling is the solution of Kalai 1977 in the lexicographic form that keeps it undominated (Roth 1977 on why
// the plain form may not be). It compares gains between parties, and so rests on the scales on which they are shown.
var egalitarianRuling = ruling{
	title:      "Egalitarian",
	definition: "The package in which the smallest gain over no agreement is greatest; gains are compared on the scale that is shown, as if a point were worth the same to everyone.",
	ties:       "Among packages with the same smallest gain the next smallest decides, and so on (leximin); all packages with the same gains in order are given.",
	source:     "E. Kalai, Proportional Solutions to Bargaining Situations, Econometrica 45, 1977; A. Roth, Individual Rationality and Nash's Solution to the Bargaining Problem, 1977",
	key: func(c *court, gains []int64) key {
		return key{shares: ascending(shown(gains, c.units))}
	},
}
