package solver

import "math/big"

// utilitarianRuling is Harsanyi's sum. It adds up gains of different parties, and so rests on the scales on which they
// are shown.
var utilitarianRuling = ruling{
	title:      "Utilitarian",
	definition: "The package with the greatest sum of the parties' gains over no agreement, among those no worse than it for anyone; gains are added on the scale that is shown, as if a point were worth the same to everyone.",
	ties:       "All packages with the greatest sum are given, however unequal.",
	source:     "J. Harsanyi, Cardinal Welfare, Individualistic Ethics, and Interpersonal Comparisons of Utility, Journal of Political Economy 63, 1955",
	key: func(c *court, gains []int64) key {
		sum, one := new(big.Int), new(big.Int)
		for k, g := range gains {
			sum.Add(sum, one.Mul(big.NewInt(g), c.scale[k]))
		}
		return key{amount: sum}
	},
}
