package scenario

import (
	"fmt"
	"math/big"
	"strings"

	"portsmouth"
)

// webFiles writes a domain and one profile a party in the newest form of GeniusWeb. The space has been fitted.
func (s *Space) webFiles() []File {
	domain := fileWord(s.Name, "domain") + ".json"
	files := []File{{domain, []byte(s.webDomainText("") + "\n")}}
	for k, name := range s.fileNames(".json", domain) {
		files = append(files, File{name, []byte(s.webProfileText(&s.Profiles[k], k))})
	}
	return files
}

// webName is a name as GeniusWeb allows it: letters and digits only.
func webName(s, without string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' {
			return -1
		}
		return r
	}, fileWord(s, without))
}

// jsonList writes lines one below the other within brackets.
func jsonList(open string, lines []string, indent, closing string) string {
	if len(lines) == 0 {
		return open + closing
	}
	return open + "\n" + indent + "  " + strings.Join(lines, ",\n"+indent+"  ") + "\n" + indent + closing
}

func (s *Space) webDomainText(indent string) string {
	var issues []string
	for i := range s.Issues {
		issue := &s.Issues[i]
		if r := issue.Range; r != nil {
			issues = append(issues, fmt.Sprintf(`%s: {"range": [%s, %s, %s]}`, quoted(issue.Name),
				quoted(portsmouth.FormatDecimal(r.Low)), quoted(portsmouth.FormatDecimal(r.High)), quoted(portsmouth.FormatDecimal(r.Step))))
			continue
		}
		values := make([]string, len(issue.Options))
		for o, v := range issue.Options {
			values[o] = quoted(v)
		}
		issues = append(issues, fmt.Sprintf(`%s: {"values": [%s]}`, quoted(issue.Name), strings.Join(values, ", ")))
	}
	return jsonList("{", []string{
		`"name": ` + quoted(webName(s.Name, "domain")),
		`"issuesValues": ` + jsonList("{", issues, indent+"  ", "}"),
	}, indent, "}")
}

func (s *Space) webProfileText(p *Profile, k int) string {
	const indent = "    "
	var utilities, weights []string
	for i := range s.Issues {
		utilities = append(utilities, quoted(s.Issues[i].Name)+": "+s.webUtilities(p, i, indent))
		weights = append(weights, quoted(s.Issues[i].Name)+": "+decimalText(p.weight(i)))
	}
	parts := []string{
		`"name": ` + quoted(webName(p.Name, fmt.Sprintf("party%d", k+1))),
		`"domain": ` + s.webDomainText(indent),
		`"issueUtilities": ` + jsonList("{", utilities, indent, "}"),
		`"issueWeights": ` + jsonList("{", weights, indent, "}"),
	}
	if p.Bid != nil {
		var bid []string
		for i := range s.Issues {
			v, ok := p.Bid[s.Issues[i].Name]
			switch {
			case !ok:
			case s.Issues[i].Range != nil: // a number's value is a number, one of a list a text
				bid = append(bid, quoted(s.Issues[i].Name)+": "+v)
			default:
				bid = append(bid, quoted(s.Issues[i].Name)+": "+quoted(v))
			}
		}
		parts = append(parts, `"reservationBid": {"issuevalues": `+jsonList("{", bid, indent, "}")+"}")
	}
	return "{\n  \"" + webAdditive + `": ` + jsonList("{", parts, "  ", "}") + "\n}\n"
}

func (s *Space) webUtilities(p *Profile, i int, indent string) string {
	issue, table := &s.Issues[i], s.worths(p, i)
	if r := issue.Range; r != nil {
		return fmt.Sprintf(`{"NumberValueSetUtilities": {"lowValue": %s, "lowUtility": %s, "highValue": %s, "highUtility": %s}}`,
			portsmouth.FormatDecimal(r.Low), decimalText(table[0]), portsmouth.FormatDecimal(r.High), decimalText(table[len(table)-1]))
	}
	values := make([]string, len(table))
	for o, v := range issue.Options {
		values[o] = quoted(v) + ": " + decimalText(table[o])
	}
	return `{"DiscreteValueSetUtilities": {"valueUtilities": ` + jsonList("{", values, indent+"  ", "}") + "}}"
}

// reservationBid gives the reservation as a bid, as GeniusWeb wants it: the one that the file named, else the least good
// package that is at least worth it.
func (t *Space) reservationBid(p *Profile) error {
	if p.Reservation == nil || p.Bid != nil {
		return nil
	}
	if p.Reservation.Sign() <= 0 {
		once(&t.Readings, "the reservation of %s, %s, is left out: every package is worth at least as much", p.Name, shortNumber(p.Reservation))
		p.Reservation = nil
		return nil
	}
	index, worth, err := t.leastAbove(p)
	if err != nil {
		return err
	}
	p.Bid = t.Outcome(index)
	if worth.Cmp(p.Reservation) != 0 {
		once(&t.Readings, "no package is worth exactly the reservation of %s (%s); it is written as the least good package that is worth more (%s): the same packages are acceptable, gains over it are smaller",
			p.Name, shortNumber(p.Reservation), shortNumber(worth))
		p.Reservation = worth
	}
	return nil
}

// maxBidSearch bounds the search for a reservation bid.
const maxBidSearch = 300_000

// leastAbove finds the package of the least utility that is not below the reservation.
func (t *Space) leastAbove(p *Profile) ([]int, *big.Rat, error) {
	search := bidSearch{index: make([]int, len(t.Issues)), floor: p.Reservation, left: maxBidSearch}
	search.least, search.most = make([]*big.Rat, len(t.Issues)+1), make([]*big.Rat, len(t.Issues)+1)
	last := len(t.Issues)
	search.least[last], search.most[last] = new(big.Rat), new(big.Rat)
	search.worth = make([][]*big.Rat, last)
	for i := last - 1; i >= 0; i-- {
		search.worth[i] = scaled(t.worths(p, i), new(big.Rat), p.weight(i))
		least, most := ends(search.worth[i], big.NewRat(1, 1))
		search.least[i], search.most[i] = least.Add(least, search.least[i+1]), most.Add(most, search.most[i+1])
	}
	search.from(0, new(big.Rat))
	switch {
	case search.best == nil && search.left > 0:
		return nil, nil, portsmouth.Invalidf("format-holds", "the reservation of %s (%s) is above every package; GeniusWeb gives a reservation as a package and cannot hold it", p.Name, shortNumber(p.Reservation))
	case search.left <= 0 && (search.best == nil || search.worthy.Cmp(p.Reservation) != 0):
		return nil, nil, portsmouth.Invalidf("format-holds", "no package was found that is worth just the reservation of %s (%s); GeniusWeb gives a reservation as a package", p.Name, shortNumber(p.Reservation))
	}
	return search.best, search.worthy, nil
}

// bidSearch goes through the packages issue by issue and leaves out branches that stay below the floor or cannot better
// what was found.
type bidSearch struct {
	worth       [][]*big.Rat
	least, most []*big.Rat // of the issues from i on
	floor       *big.Rat
	index, best []int
	worthy      *big.Rat
	left        int
}

func (b *bidSearch) from(i int, sum *big.Rat) {
	if b.left--; b.left <= 0 || b.worthy != nil && b.worthy.Cmp(b.floor) == 0 {
		return
	}
	if new(big.Rat).Add(sum, b.most[i]).Cmp(b.floor) < 0 {
		return
	}
	if b.worthy != nil && new(big.Rat).Add(sum, b.least[i]).Cmp(b.worthy) >= 0 {
		return
	}
	if i == len(b.index) {
		b.best, b.worthy = append([]int(nil), b.index...), sum
		return
	}
	for o, w := range b.worth[i] {
		b.index[i] = o
		b.from(i+1, new(big.Rat).Add(sum, w))
	}
}
