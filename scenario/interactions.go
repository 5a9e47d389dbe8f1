package scenario

import (
	"gopkg.in/yaml.v3"

	"portsmouth"
)

// maxInteractions bounds the interactions of one party.
const maxInteractions = 200

// interactions read what terms are worth together beyond the sum of each.
func (d *decoder) interactions(n *yaml.Node, party string, p *portsmouth.Preferences) {
	if !d.atMost(n, "interactions of "+party, maxInteractions) {
		return
	}
	d.list("interactions", func(n *yaml.Node) {
		var i portsmouth.Interaction
		d.mapping(n, "an interaction",
			need("when", d.when(&i.When)),
			need("value", d.signedHundredths(&i.Value, "the value of an interaction")),
			opt("why", d.str(&i.Why, "why")),
		)
		p.Interactions = append(p.Interactions, i)
	})(n)
}

// when reads terms over two or three issues, written as in a condition.
func (d *decoder) when(to *[]portsmouth.Term) reader {
	return func(n *yaml.Node) {
		keys, nodes := d.pairs(n, "“when”")
		if nodes != nil && (len(keys) < 2 || len(keys) > 3) {
			d.failf(n, "an interaction is over two or three issues, not %d; what one issue is worth alone stands in its values", len(keys))
			return
		}
		for _, id := range keys {
			if i := d.issueRef(nodes[id], id); i != nil {
				*to = append(*to, d.term(nodes[id], i))
			}
		}
	}
}

// signedHundredths reads a number from -100 to 100 with at most two decimals, exactly.
func (d *decoder) signedHundredths(to *int64, what string) reader {
	return func(n *yaml.Node) {
		v, ok := d.scalar(n, what)
		if !ok {
			return
		}
		size, sign := v, int64(1)
		if len(v) > 0 && (v[0] == '-' || v[0] == '+') {
			size = v[1:]
		}
		if len(v) > 0 && v[0] == '-' {
			sign = -1
		}
		h, ok := parseHundredths(size)
		if !ok {
			d.failf(n, "%s must be a number of points from -100 to 100 with at most two decimals, not “%s”", what, clip(v))
			return
		}
		*to = sign * h
	}
}

// formatSigned is the inverse: -350 is "-3.5".
func formatSigned(h int64) string {
	if h < 0 {
		return "-" + formatHundredths(-h)
	}
	return formatHundredths(h)
}

func interactionNode(i portsmouth.Interaction) *yaml.Node {
	return new(object).put("when", termsNode(i.When)).put("value", plainNode(formatSigned(i.Value))).put("why", optStr(i.Why)).node()
}
