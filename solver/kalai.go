package solver

// kalaiRuling is the solution of Kalai & Smorodinsky 1975. In the continuous theory everyone gets the same share of the
// best that it could hope for; on a list no package may do that, and the smallest difference of shares can lie where
// everyone gets less than elsewhere. The form here is the one that equals theirs wherever an equal share can be had: the
// smallest share as great as possible (Imai 1983 gives the lexicographic form for more than two).
//
// A party whose best gain is nothing gains nothing in any package that the others accept, and is left out.
var kalaiRuling = ruling{
	title:      "Kalai–Smorodinsky",
	definition: "The package in which the smallest share is greatest; a party's share is its gain over no agreement, divided by the greatest gain that it could have in any package no worse than no agreement for anyone.",
	ties:       "Among packages with the same smallest share the next smallest decides, and so on; all packages with the same shares in order are given.",
	source:     "E. Kalai & M. Smorodinsky, Other Solutions to Nash's Bargaining Problem, Econometrica 43, 1975; H. Imai, Individual Monotonicity and Lexicographic Maxmin Solution, Econometrica 51, 1983",
	key: func(c *court, gains []int64) key {
		var shares []ratio
		for k, g := range gains {
			if c.hopes[k] > 0 {
				shares = append(shares, ratio{g, c.hopes[k]})
			}
		}
		return key{shares: ascending(shares)}
	},
}
