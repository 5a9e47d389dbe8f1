package scenario

import (
	"math/big"
	"strconv"
	"strings"
)

// compare notes where NegMAS 0.15 reads this profile otherwise, and only where this file makes the difference.
func (p *geniusProfile) compare() {
	if p.to.Boxes != nil {
		p.compareBoxes(p.to.Boxes)
		if p.to.Boxes.Most.Cmp(one) != 0 {
			p.differ("NegMAS would not divide by maxutility", "%s in %s", short(p.to.Boxes.Most), p.file)
		}
	} else {
		p.compareDivision()
		p.compareIssues()
	}
	if d := p.to.Discount; d != nil {
		p.differ("NegMAS would multiply by the discount factor at every step, not over the whole session", "%s in %s", short(d.Factor), p.file)
		if p.to.Reservation.Sign() > 0 {
			p.differ("NegMAS would drop the reservation value of a profile that has a discount", "%s in %s", short(p.to.Reservation), p.file)
		}
	}
}

// compareDivision notes that the evaluations of different issues are divided by different numbers, which NegMAS does not do.
func (p *geniusProfile) compareDivision() {
	least, most := -1, -1
	for k, l := range p.largest {
		if w := p.to.Weights[k]; l == nil || w == nil || w.Sign() == 0 || l.Cmp(nothing) < 0 {
			continue
		}
		if least < 0 || l.Cmp(p.largest[least]) < 0 {
			least = k
		}
		if most < 0 || l.Cmp(p.largest[most]) > 0 {
			most = k
		}
	}
	if most < 0 {
		return
	}
	if low, high := p.largest[least], p.largest[most]; low.Cmp(high) != 0 {
		p.differ("NegMAS would not divide each issue by its largest evaluation, so issues would weigh otherwise against each other",
			"in %s “%s” reaches %s, “%s” %s", p.file, clip(p.space.Issues[least].Name), short(low), clip(p.space.Issues[most].Name), short(high))
	}
	if p.largest[most].Cmp(one) != 0 && p.to.Reservation.Sign() > 0 {
		p.differ("NegMAS would hold the reservation value against utilities on the scale of the evaluations", "%s in %s", short(p.to.Reservation), p.file)
	}
}

func (p *geniusProfile) compareIssues() {
	for k, i := range p.issues {
		if i != nil && p.to.Weights[k] != nil && i.kind == "integer" && i.low.Sign() != 0 {
			p.differ("NegMAS would multiply the slope of an integer issue by the number itself, not by its distance from the lowerbound",
				"“%s” in %s", clip(i.name), p.file)
			break
		}
	}
	for k := range p.issues {
		if index := p.geniusReader.issues[k].index; index != strconv.Itoa(k+1) {
			p.differ("NegMAS would take weights by position, where the file numbers its issues otherwise",
				"“%s” has the index %s in %s", clip(p.space.Issues[k].Name), clip(index), p.file)
			break
		}
	}
}

func (p *geniusProfile) compareBoxes(b *Boxes) {
	for _, x := range b.Boxes {
		if len(x.Bounds) > 0 {
			p.differOnce("NegMAS would leave the ends of every hyper-rectangle out")
		}
		if x.Excludes {
			p.differOnce("NegMAS would read EXCLUDES as INCLUDES")
		}
	}
	for _, w := range b.Within {
		p.compareBoxes(w)
	}
}

// differOnce is differ for what one profile shows many times.
func (p *geniusProfile) differOnce(words string) {
	if !p.told[words] {
		p.told[words] = true
		p.differ(words, "in %s", p.file)
	}
}

// short writes a number for a sentence: with at most four decimals.
func short(r *big.Rat) string {
	return strings.TrimSuffix(strings.TrimRight(r.FloatString(4), "0"), ".")
}
