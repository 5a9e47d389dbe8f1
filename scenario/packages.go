package scenario

import (
	"strings"

	"gopkg.in/yaml.v3"

	"portsmouth"
)

// maxPackages bounds how many packages a file names.
const maxPackages = 200

// outcome reads {issue: option, …}.
func (d *decoder) outcome(n *yaml.Node, what string) portsmouth.Outcome {
	keys, nodes := d.pairs(n, what)
	o := portsmouth.Outcome{}
	for _, id := range keys {
		if i := d.issueRef(nodes[id], id); i != nil {
			if v, ok := d.settle(nodes[id], i); ok {
				o[id] = v
			}
		}
	}
	return o
}

func (d *decoder) firstOffers(n *yaml.Node) {
	keys, nodes := d.pairs(n, "first_offers")
	for _, party := range keys {
		if !d.party(nodes[party], party) {
			continue
		}
		o := d.outcome(nodes[party], "an opening offer")
		d.legal(nodes[party], o)
		if d.s.FirstOffers == nil {
			d.s.FirstOffers = map[string]portsmouth.Outcome{}
		}
		d.s.FirstOffers[party] = o
	}
}

// legal refuses a package that breaks a condition.
func (d *decoder) legal(n *yaml.Node, o portsmouth.Outcome) {
	if len(d.problems) > 0 {
		return
	}
	if err := d.s.Agenda.CheckPartial(o); err != nil {
		d.failf(n, "no legal package: %v", err)
	}
}

func (d *decoder) packageList(n *yaml.Node) {
	if !d.atMost(n, "packages", maxPackages) {
		return
	}
	d.list("packages", d.pack)(n)
	for k := range d.s.Packages {
		d.basis(&d.s.Packages[k])
	}
}

func (d *decoder) pack(n *yaml.Node) {
	var p Package
	d.mapping(n, "a package",
		need("id", d.id(&p.ID, "a package's id")),
		opt("label", d.text(&p.Label, "the package's label")),
		opt("date", d.date(&p.Date, "the package's date")),
		opt("base", d.str(&p.Base, "the package's base")),
		opt("set", func(n *yaml.Node) { p.Set = d.outcome(n, "set") }),
		opt("note", d.text(&p.Note, "the package's note")),
	)
	if p.ID != "" && d.s.named(p.ID) != nil {
		d.failf(n, "package “%s” stands twice; give each its own id", p.ID)
	}
	if p.Set == nil {
		p.Set = portsmouth.Outcome{}
	}
	d.packages[p.ID] = n
	d.s.Packages = append(d.s.Packages, p)
}

// basis checks a package once all are known: a base may stand further down in the file.
func (d *decoder) basis(p *Package) {
	n := d.packages[p.ID]
	if p.Base != "" && !d.base(n, p.Base) || len(d.problems) > 0 {
		return
	}
	if _, err := d.s.Package(p.ID); err != nil {
		d.failf(n, "no legal package: %v", err)
	}
}

// base reports whether there is such a base, with a problem at n when there is none.
func (d *decoder) base(n *yaml.Node, id string) bool {
	if party, ok := strings.CutPrefix(id, FirstOffer); ok {
		if d.s.FirstOffers[party] == nil {
			d.failf(n, "the base “%s” is not there; write first_offers: {%s: {…}}", clip(id), clip(party))
			return false
		}
		return true
	}
	if d.s.named(id) == nil {
		var ids []string
		for k := range d.s.Packages {
			ids = append(ids, d.s.Packages[k].ID)
		}
		d.failf(n, "there is no package “%s” to be a base%s", clip(id), d.meant(id, ids))
		return false
	}
	return true
}
