package scenario

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"portsmouth"
)

// masFiles writes an outcome space and one utility function a party, as NegMAS loads a folder.
func (s *Space) masFiles() []File {
	domain := fileWord(s.Name, "domain") + ".yml"
	files := []File{{domain, []byte(s.masDomainText())}}
	for k, name := range s.fileNames(".yml", domain) {
		files = append(files, File{name, []byte(s.masProfileText(&s.Profiles[k]))})
	}
	return files
}

func (s *Space) masDomainText() string {
	var b strings.Builder
	fmt.Fprintf(&b, "name: %s\ntype: DiscreteCartesianOutcomeSpace\nissues:\n", quoted(s.Name))
	for i := range s.Issues {
		issue := &s.Issues[i]
		if issue.contiguous() {
			fmt.Fprintf(&b, "- name: %s\n  type: ContiguousIssue\n  values:\n  - %s\n  - %s\n", quoted(issue.Name), issue.Options[0], issue.Options[len(issue.Options)-1])
			continue
		}
		fmt.Fprintf(&b, "- name: %s\n  type: CategoricalIssue\n  values:\n", quoted(issue.Name))
		for o := range issue.Options {
			fmt.Fprintf(&b, "  - %s\n", issue.masChoice(o))
		}
	}
	return b.String()
}

// contiguous reports whether the issue is a range of whole numbers in steps of one, the only ranges NegMAS can list.
func (i *SpaceIssue) contiguous() bool {
	return i.Range != nil && len(i.Options) > 1 && i.Range.Low.IsInt() && i.Range.Step.Cmp(big.NewRat(1, 1)) == 0
}

// masChoice writes an option so that Python gives it its type.
func (i *SpaceIssue) masChoice(o int) string {
	switch {
	case i.Range != nil && i.Range.Low.IsInt() && i.Range.Step.IsInt():
		return i.Options[o]
	case i.Range != nil && !strings.Contains(i.Options[o], "."):
		return i.Options[o] + ".0"
	case i.Range != nil || i.Kinds != nil && i.Kinds[o] != Text:
		return i.Options[o]
	}
	return quoted(i.Options[o])
}

func (s *Space) masProfileText(p *Profile) string {
	var b strings.Builder
	reserved := "-.inf"
	if p.Reservation != nil {
		reserved = decimalText(p.Reservation)
	}
	indent := ""
	if d := p.Discount; d != nil {
		factor := map[string]string{"step": "step", "session": "relative_time"}[d.Per]
		fmt.Fprintf(&b, "type: ExpDiscountedUFun\nname: %s\ndiscount: %s\nfactor: %s\ndynamic_reservation: %t\nreserved_value: %s\nufun:\n",
			quoted(p.Name), decimalText(d.Factor), factor, !slices.Contains(p.Notes, fixedReservation), reserved)
		indent = "  "
	}
	line := func(format string, args ...any) { fmt.Fprintf(&b, indent+format+"\n", args...) }
	line("type: LinearAdditiveUtilityFunction")
	line("name: %s", quoted(p.Name))
	line("reserved_value: %s", reserved)
	if p.Constant != nil && p.Constant.Sign() != 0 {
		line("bias: %s", decimalText(p.Constant))
	}
	line("weights:")
	for i := range s.Issues {
		line("- %s", decimalText(p.weight(i)))
	}
	line("values:")
	for i := range s.Issues {
		s.masFunctionText(p, i, line)
	}
	return b.String()
}

func (s *Space) masFunctionText(p *Profile, i int, line func(string, ...any)) {
	issue, table := &s.Issues[i], s.worths(p, i)
	if slope, bias, ok := issue.affine(table); ok && len(s.bends(p, i)) == 0 {
		line("- type: AffineFun")
		line("  slope: %s", decimalText(slope))
		line("  bias: %s", decimalText(bias))
		return
	}
	line("- type: TableFun")
	line("  mapping:")
	for o := range table {
		key, worth := issue.masChoice(o), decimalText(table[o])
		if len(key) > longestKey {
			line("    ? %s", key)
			line("    : %s", worth)
			continue
		}
		line("    %s: %s", key, worth)
	}
}

// longestKey is how long a key may be, in bytes, before YAML wants it marked as one: the specification says 1,024
// characters.
const longestKey = 1000

// affine returns slope and bias of a straight line, when both can be written without rounding.
func (i *SpaceIssue) affine(table []*big.Rat) (slope, bias *big.Rat, ok bool) {
	if i.Range == nil || len(table) < 2 {
		return nil, nil, false
	}
	slope = new(big.Rat).Sub(table[1], table[0])
	slope.Quo(slope, i.Range.Step)
	bias = new(big.Rat).Sub(table[0], new(big.Rat).Mul(slope, i.Range.Low))
	_, exactSlope := decimals(slope)
	_, exactBias := decimals(bias)
	return slope, bias, exactSlope && exactBias
}

// logFiles writes the two profiles of NegoLog.
func (s *Space) logFiles() []File {
	var files []File
	for k, name := range []string{"profileA.json", "profileB.json"} {
		p := &s.Profiles[k]
		var weights, issues []string
		for i := range s.Issues {
			weights = append(weights, quoted(s.Issues[i].Name)+": "+decimalText(p.weight(i)))
			var values []string
			table := s.worths(p, i)
			for o, v := range s.Issues[i].Options {
				values = append(values, quoted(v)+": "+decimalText(table[o]))
			}
			issues = append(issues, quoted(s.Issues[i].Name)+": "+jsonList("{", values, "    ", "}"))
		}
		reservation := new(big.Rat)
		if p.Reservation != nil {
			reservation = p.Reservation
		}
		files = append(files, File{name, []byte(jsonList("{", []string{
			`"reservationValue": ` + decimalText(reservation),
			`"issueWeights": ` + jsonList("{", weights, "  ", "}"),
			`"issues": ` + jsonList("{", issues, "  ", "}"),
		}, "", "}") + "\n")})
	}
	return files
}

// rangeText says a range as tables do.
func (r *Range) rangeText() string {
	return fmt.Sprintf("from %s to %s step %s", portsmouth.FormatDecimal(r.Low), portsmouth.FormatDecimal(r.High), portsmouth.FormatDecimal(r.Step))
}
