package solver

import "math/big"

// nashRuling is the solution of Nash 1950, the one that scaling a party's utility does not move. Where no package makes
// everyone gain, products are all 0 and say nothing: then as many parties as possible gain, and the product is taken over
// those who do (Caragiannis et al., The unreasonable fairness of maximum Nash welfare, 2019), of gains as shares of what
// each could hope for, so that products over different parties compare whatever units they count in.
var nashRuling = ruling{
	title:      "Nash",
	definition: "The package with the greatest product of the parties' gains over no agreement. (Where some party can gain nothing, as many as possible gain, and the product is of their gains as shares of their hopes.)",
	ties:       "All packages with the greatest product are given.",
	source:     "J. Nash, The Bargaining Problem, Econometrica 18, 1950",
	key:        func(c *court, gains []int64) key { return product(gains, c.hopes, nil) },
}

// asymmetricRuling is Nash's product with each gain raised to its party's power, as Harsanyi & Selten 1972 have it for
// parties of unequal strength. It is used only where the parties agreed on powers.
var asymmetricRuling = ruling{
	title:      "Nash with bargaining powers",
	definition: "The package with the greatest product of the parties' gains over no agreement, each raised to its party's power. (Where some party can gain nothing, as many as possible gain, and the product is of their gains as shares of their hopes.)",
	ties:       "All packages with the greatest product are given.",
	source:     "J. Harsanyi & R. Selten, A Generalized Nash Solution for Two-Person Bargaining Games with Incomplete Information, Management Science 18, 1972",
	key:        func(c *court, gains []int64) key { return product(gains, c.hopes, c.powers) },
}

// product counts those who gain and multiplies their gains, exactly; powers may be nil. Who does not gain enters with what
// it could hope for: that turns every product into the product of shares times one constant, and spares the fractions.
// With powers, the same number of gainers is not the same weight of gainers, but more gainers still come first, so a
// package that betters another still has the greater key.
func product(gains, hopes, powers []int64) key {
	k := key{amount: big.NewInt(1)}
	var g big.Int
	for n, gain := range gains {
		if gain > 0 {
			k.many++
		} else {
			gain = max(hopes[n], 1)
		}
		g.SetInt64(gain)
		if powers != nil {
			g.Exp(&g, big.NewInt(powers[n]), nil)
		}
		k.amount.Mul(k.amount, &g)
	}
	return k
}
