package scenario

import (
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"portsmouth"
)

// Limits on what-ifs.
const (
	maxWhatIfs = 100
	maxMonths  = 1200
)

// whatIfs are read last: they lean on the agenda, the packages and the preferences.
func (d *decoder) whatIfs(n *yaml.Node) {
	if len(d.problems) == 0 && d.atMost(n, "what-ifs", maxWhatIfs) {
		d.list("what_if", d.whatIf)(n)
	}
}

func (d *decoder) whatIf(n *yaml.Node) {
	w := WhatIf{}
	answerable := true
	d.mapping(n, "a what-if",
		need("id", d.id(&w.ID, "a what-if's id")),
		need("question", d.text(&w.Question, "the question")),
		opt("note", d.text(&w.Note, "the note")),
		opt("answerable", d.flag(&answerable, "answerable")),
		opt("on", d.date(&w.On, "on")),
		opt("reserve", func(n *yaml.Node) { d.floors(n, &w) }),
		opt("drop", d.list("drop", func(n *yaml.Node) { d.dropped(n, &w) })),
		opt("fix", func(n *yaml.Node) { w.Fix = d.outcome(n, "fix"); d.legal(n, w.Fix) }),
		opt("months", d.months(&w.Months)),
		opt("drift", func(n *yaml.Node) { d.drift(n, &w) }),
		opt("package", func(n *yaml.Node) { w.Package = d.packageRef(n) }),
	)
	w.Unanswerable = !answerable
	if w.ID != "" && d.s.WhatIf(w.ID) != nil {
		d.failf(n, "what-if “%s” stands twice; give each its own id", w.ID)
	}
	d.sensible(n, &w)
	d.s.WhatIfs = append(d.s.WhatIfs, w)
}

// sensible refuses a question that changes nothing, and one that changes something and yet has no answer.
func (d *decoder) sensible(n *yaml.Node, w *WhatIf) {
	changes := len(w.Reserve)+len(w.Drop)+len(w.Fix)+w.Months > 0 || w.Package != nil
	switch {
	case len(d.problems) > 0:
	case w.Unanswerable && changes:
		d.failf(n, "what-if %s has changes and “answerable: false”; keep one", w.ID)
	case w.Unanswerable && len(w.Note) == 0:
		d.failf(n, "what-if %s needs a note that says why the numbers cannot answer it", w.ID)
	case !w.Unanswerable && !changes:
		d.failf(n, "what-if %s changes nothing; write reserve, drop, fix, months or package, or answerable: false with a note", w.ID)
	case (w.Months > 0) != (len(w.Drift) > 0):
		d.failf(n, "what-if %s needs months and drift together", w.ID)
	}
}

func (d *decoder) floors(n *yaml.Node, w *WhatIf) {
	keys, nodes := d.pairs(n, "reserve")
	w.Reserve = map[string]Floor{}
	for _, party := range keys {
		if d.wanting(nodes[party], party) {
			w.Reserve[party] = d.floor(nodes[party])
		}
	}
}

// floor reads points, or a package: the name of one or {base: …, set: {…}}.
func (d *decoder) floor(n *yaml.Node) Floor {
	var f Floor
	if _, err := portsmouth.CanonicalDecimal(n.Value); n.Kind == yaml.ScalarNode && err == nil {
		d.hundredths(&f.Value, "the worth of no agreement")(n)
		return f
	}
	f.Package = d.packageRef(n)
	return f
}

// wanting reports whether the party has preferences, without which nothing can be said about it.
func (d *decoder) wanting(n *yaml.Node, party string) bool {
	if !d.party(n, party) {
		return false
	}
	if d.s.Preferences[party] == nil {
		d.failf(n, "the file has no preferences of %s, so nothing can be asked about them", party)
		return false
	}
	return true
}

// dropped reads "PARTY.DATE".
func (d *decoder) dropped(n *yaml.Node, w *WhatIf) {
	v, ok := d.scalar(n, "a reservation to drop")
	if !ok {
		return
	}
	party, day, _ := strings.Cut(v, ".")
	from, err := time.Parse(time.DateOnly, day)
	if err != nil {
		d.failf(n, "a reservation to drop is named by its party and its day, like japan.1905-08-29, not “%s”", clip(v))
		return
	}
	if !d.wanting(n, party) {
		return
	}
	w.Drop = append(w.Drop, Dropped{party, from})
	for _, r := range d.s.Preferences[party].Reservations {
		if w.drops(party, r.From) {
			return
		}
	}
	d.failf(n, "%s has no reservation of %s", party, day)
}

func (d *decoder) drift(n *yaml.Node, w *WhatIf) {
	keys, nodes := d.pairs(n, "drift")
	w.Drift = map[string]int64{}
	for _, party := range keys {
		if !d.wanting(nodes[party], party) {
			continue
		}
		var points int64
		d.signedHundredths(&points, "the drift of "+party)(nodes[party])
		w.Drift[party] = points
	}
}

func (d *decoder) months(to *int) reader {
	return func(n *yaml.Node) {
		v, ok := d.scalar(n, "months")
		if !ok {
			return
		}
		k, err := strconv.Atoi(v)
		if err != nil || k < 1 || k > maxMonths {
			d.failf(n, "months must be a whole number from 1 to %d, not “%s”", maxMonths, clip(v))
			return
		}
		*to = k
	}
}
