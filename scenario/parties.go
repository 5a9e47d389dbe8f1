package scenario

import (
	"slices"

	"gopkg.in/yaml.v3"

	"portsmouth"
)

var delegationRoles = []portsmouth.Role{
	portsmouth.Head, portsmouth.Member, portsmouth.Adviser, portsmouth.Secretary, portsmouth.Principal,
}

func (d *decoder) parties(n *yaml.Node) {
	s := d.s
	d.list("parties", func(n *yaml.Node) {
		var p Party
		d.mapping(n, "a party",
			need("id", d.id(&p.ID, "a party's id")),
			need("name", d.name(&p.Name, "the party's name")),
			opt("mark", d.word(&p.Mark, "the mark", portsmouth.Marks...)),
			opt("people", d.people(&p.People, "people", delegationRoles...)),
		)
		if p.ID != "" && s.Party(p.ID) != nil {
			d.failf(n, "party “%s” stands twice; give each its own id", p.ID)
		}
		d.single(n, &p)
		if p.Mark == "" {
			p.Mark = d.freeMark()
		}
		s.Parties = append(s.Parties, p)
	})(n)
	if n.Kind == yaml.SequenceNode && (len(n.Content) < 2 || len(n.Content) > portsmouth.MaxParties) {
		d.failf(n, "a conference has 2 to %d parties; this file has %d", portsmouth.MaxParties, len(n.Content))
	}
}

// freeMark is the first mark that no party has yet: a file that gives none still tells its parties apart.
func (d *decoder) freeMark() string {
	for _, m := range portsmouth.Marks {
		if !slices.ContainsFunc(d.s.Parties, func(p Party) bool { return p.Mark == m }) {
			return m
		}
	}
	return ""
}

// people reads persons of the allowed roles. Where only one is allowed, the file need not name it.
func (d *decoder) people(to *[]Person, what string, allowed ...portsmouth.Role) reader {
	words := make([]string, len(allowed))
	for k, r := range allowed {
		words[k] = string(r)
	}
	return d.list(what, func(n *yaml.Node) {
		var p Person
		var role string
		roleField := need("role", d.word(&role, "the role", words...))
		if len(words) == 1 {
			role, roleField.need = words[0], false
		}
		d.mapping(n, "a person",
			need("id", d.id(&p.ID, "a person's id")),
			need("name", d.name(&p.Name, "the person's name")),
			roleField,
			opt("office", d.text(&p.Office, "the person's office")),
		)
		p.Role = portsmouth.Role(role)
		d.distinct(n, p.ID)
		*to = append(*to, p)
	})
}

// distinct refuses a second person of one id, at the table or beside it.
func (d *decoder) distinct(n *yaml.Node, id string) {
	if id == "" {
		return
	}
	if d.ids[id] {
		d.failf(n, "two people have the id “%s”; give each their own", id)
	}
	d.ids[id] = true
}

// single refuses a second head or principal in a delegation.
func (d *decoder) single(n *yaml.Node, p *Party) {
	for _, r := range []portsmouth.Role{portsmouth.Head, portsmouth.Principal} {
		if c := count(p.People, r); c > 1 {
			d.failf(n, "party “%s” has %d people of the role %s; a delegation has one", p.ID, c, r)
		}
	}
}

func count(people []Person, r portsmouth.Role) int {
	c := 0
	for _, p := range people {
		if p.Role == r {
			c++
		}
	}
	return c
}

// party reports whether there is a party of that id, with a problem at n when there is none.
func (d *decoder) party(n *yaml.Node, id string) bool {
	if d.s.Party(id) != nil {
		return true
	}
	var ids []string
	for _, p := range d.s.Parties {
		ids = append(ids, p.ID)
	}
	d.failf(n, "there is no party “%s”%s", clip(id), d.meant(id, ids))
	return false
}
