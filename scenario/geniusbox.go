package scenario

import (
	"math/big"
	"strings"
)

// Limits on a nonlinear profile.
const (
	maxBoxes     = 20_000
	maxBoxNested = 12
)

// nonlinear reads hyper-rectangles: what a package is worth is the total of those it lies in, divided by maxutility.
func (p *geniusProfile) nonlinear() error {
	n := len(p.issues)
	p.to.Weights, p.to.Values = make([]*big.Rat, n), make([]Valuation, n)
	top, err := objectiveOf(p.file, p.root)
	if err != nil {
		return err
	}
	e := top.child("utility")
	if e == nil {
		e = p.root.child("utility")
	}
	if e == nil {
		return geniusError(p.file, top, "a nonlinear profile needs a <utility> with its hyper-rectangles")
	}
	most, ok, err := e.number(p.file, "maxutility")
	switch {
	case err != nil:
		return err
	case !ok || most.Sign() <= 0:
		return geniusError(p.file, e, "a nonlinear profile needs a maxutility above 0, by which the total is divided")
	}
	left := maxBoxes
	if p.to.Boxes, err = p.boxesOf(e, 0, &left); err != nil {
		return err
	}
	p.to.Boxes.Most = most
	p.say("the total of the hyper-rectangles is divided by maxutility, and above 1 counts as 1, as in GENIUS; bounds are inclusive")
	return nil
}

// boxesOf reads an aggregate: its rectangles and the aggregates within it.
func (p *geniusProfile) boxesOf(e *element, depth int, left *int) (*Boxes, error) {
	b := &Boxes{Aggregate: strings.ToLower(e.attr("aggregation"))}
	if b.Aggregate != "min" && b.Aggregate != "max" {
		b.Aggregate = "sum" // GENIUS: anything else is a sum
	}
	if depth > maxBoxNested {
		return nil, geniusError(p.file, e, "utility functions nested more than %d deep", maxBoxNested)
	}
	var err error
	if b.Weight, _, err = e.number(p.file, "weight"); err != nil {
		return nil, err
	}
	for _, c := range e.children {
		switch c.name {
		case "ufun":
			w, err := p.boxesOf(c, depth+1, left)
			if err != nil {
				return nil, err
			}
			b.Within = append(b.Within, w)
		case "hyperRectangle":
			if *left--; *left < 0 {
				return nil, geniusError(p.file, c, "more than %d hyper-rectangles", maxBoxes)
			}
			box, err := p.box(c)
			if err != nil {
				return nil, err
			}
			b.Boxes = append(b.Boxes, box)
		}
	}
	return b, nil
}

func (p *geniusProfile) box(e *element) (Box, error) {
	var b Box
	var ok bool
	var err error
	if b.Value, ok, err = e.number(p.file, "utility"); err != nil || !ok {
		if err == nil {
			err = geniusError(p.file, e, "a hyper-rectangle has no utility")
		}
		return b, err
	}
	if b.Weight, _, err = e.number(p.file, "weight"); err != nil {
		return b, err
	}
	bounds := e.all("EXCLUDES")
	if b.Excludes = len(bounds) > 0; !b.Excludes {
		bounds = e.all("INCLUDES")
	} else if len(e.all("INCLUDES")) > 0 {
		p.say("of a hyper-rectangle with both kinds of bounds only EXCLUDES counts, as in GENIUS: line %d of %s", e.line, p.file)
	}
	for _, c := range bounds {
		d, holds, err := p.bound(c)
		if err != nil {
			return b, err
		}
		if !holds { // no number lies within: the rectangle is empty
			b.Bounds = nil
			if b.Excludes {
				return Box{Value: b.Value, Weight: b.Weight}, nil
			}
			return Box{Value: new(big.Rat)}, nil
		}
		b.Bounds = append(b.Bounds, d)
	}
	return b, nil
}

// bound turns numbers into positions; holds is false when no step of the issue lies between them.
func (p *geniusProfile) bound(e *element) (d Bound, holds bool, err error) {
	d.Issue = p.position(canonicalIndex(e.attr("index")))
	if d.Issue < 0 {
		return d, false, geniusError(p.file, e, "the domain has no issue with the index “%s”", clip(e.attr("index")))
	}
	i := &p.space.Issues[d.Issue]
	if i.Range == nil {
		return d, false, geniusError(p.file, e, "issue “%s” is a list of words; a hyper-rectangle needs numbers", clip(i.Name))
	}
	low, ok1, err := e.number(p.file, "min")
	if err != nil {
		return d, false, err
	}
	high, ok2, err := e.number(p.file, "max")
	if err != nil {
		return d, false, err
	}
	if !ok1 || !ok2 {
		return d, false, geniusError(p.file, e, "<%s> needs a min and a max", e.name)
	}
	d.Low, d.High = i.Range.within(low, high, len(i.Options))
	return d, d.Low <= d.High, nil
}

// within returns the first and the last of count steps that lie from low to high; first is past last where none does.
func (r *Range) within(low, high *big.Rat, count int) (first, last int) {
	up := new(big.Rat).Quo(new(big.Rat).Sub(low, r.Low), r.Step)
	down := new(big.Rat).Quo(new(big.Rat).Sub(high, r.Low), r.Step)
	first = int(clampInt(new(big.Int).Neg(floor(up.Neg(up))), 0, int64(count)))
	last = int(clampInt(floor(down), -1, int64(count-1)))
	return first, last
}

func floor(r *big.Rat) *big.Int { return new(big.Int).Div(r.Num(), r.Denom()) }

func clampInt(n *big.Int, low, high int64) int64 {
	switch {
	case n.Cmp(big.NewInt(low)) < 0:
		return low
	case n.Cmp(big.NewInt(high)) > 0:
		return high
	}
	return n.Int64()
}
