package scenario

import (
	"strconv"
	"time"

	"gopkg.in/yaml.v3"

	"portsmouth"
)

func (s *Scenario) whatIfNode(w WhatIf) *yaml.Node {
	o := new(object).put("id", str(w.ID)).put("question", s.text(w.Question)).put("note", s.text(w.Note))
	if w.Unanswerable {
		o.put("answerable", flagNode(false))
	}
	o.put("on", dateNode(w.On)).put("reserve", byKey(w.Reserve, floorNode)).put("drop", sequence(w.Drop, droppedNode))
	if len(w.Fix) > 0 {
		o.put("fix", outcomeNode(w.Fix))
	}
	if w.Months > 0 {
		o.put("months", plainNode(strconv.Itoa(w.Months)))
	}
	o.put("drift", byKey(w.Drift, func(v int64) *yaml.Node { return plainNode(formatSigned(v)) }))
	return o.put("package", wholeNode(w.Package)).node()
}

func floorNode(f Floor) *yaml.Node {
	if f.Package != nil {
		return wholeNode(f.Package)
	}
	return plainNode(formatHundredths(f.Value))
}

func wholeNode(o portsmouth.Outcome) *yaml.Node {
	if o == nil {
		return nil
	}
	return new(object).put("set", outcomeNode(o)).node()
}

func droppedNode(d Dropped) *yaml.Node { return str(d.Party + "." + d.From.Format(time.DateOnly)) }
