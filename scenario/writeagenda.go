package scenario

import (
	"gopkg.in/yaml.v3"

	"portsmouth"
)

func (s *Scenario) regionNode(r portsmouth.Region) *yaml.Node {
	return new(object).put("id", str(r.ID)).put("name", s.name(r.Name)).put("shape", optStr(r.Shape)).node()
}

func (s *Scenario) frameNode(f portsmouth.Frame) *yaml.Node {
	o := new(object).put("title", s.text(f.Title)).put("preamble", s.text(f.Preamble)).
		put("articles", sequence(f.Articles, s.articleNode)).put("closing", s.text(f.Closing))
	if len(o.Content) == 0 {
		return nil
	}
	return o.node()
}

func (s *Scenario) articleNode(a portsmouth.ArticleFrame) *yaml.Node {
	return new(object).put("id", str(a.ID)).put("title", s.text(a.Title)).put("text", s.text(a.Text)).
		put("after", s.text(a.After)).put("annex", optFlag(a.Annex)).put("source", optStr(a.Source)).node()
}

func (s *Scenario) issueNode(i portsmouth.Issue) *yaml.Node {
	o := new(object).put("id", str(i.ID)).put("title", s.text(i.Title)).put("note", s.text(i.Note)).
		put("head", optStr(i.Head)).put("kind", str(string(i.Kind))).
		put("options", sequence(i.Options, s.optionNode))
	if i.Number != nil {
		o.put("number", s.numberNode(i.Number))
	}
	return o.node()
}

func (s *Scenario) optionNode(p portsmouth.Option) *yaml.Node {
	return new(object).put("id", str(p.ID)).put("label", s.text(p.Label)).put("regions", byKey(p.Regions, str)).
		put("clauses", sequence(p.Clauses, s.clauseNode)).node()
}

func (s *Scenario) numberNode(n *portsmouth.Number) *yaml.Node {
	return new(object).put("unit", s.name(n.Unit)).put("min", plainNode(n.Min)).put("max", plainNode(n.Max)).
		put("step", plainNode(n.Step)).put("none", optFlag(n.None)).
		put("clauses", sequence(n.Clauses, s.clauseNode)).node()
}

func (s *Scenario) clauseNode(c portsmouth.Clause) *yaml.Node {
	return new(object).put("article", str(c.Article)).put("text", s.text(c.Text)).node()
}

func (s *Scenario) conditionNode(c portsmouth.Condition) *yaml.Node {
	return new(object).put("if", termsNode(c.If)).put("then", termsNode(c.Then)).put("why", s.text(c.Why)).node()
}

func termsNode(ts []portsmouth.Term) *yaml.Node {
	o := new(object)
	for _, t := range ts {
		if len(t.Options) > 0 {
			o.put(t.Issue, words(t.Options))
			continue
		}
		r := new(object)
		if t.From != "" {
			r.put("from", plainNode(t.From))
		}
		if t.To != "" {
			r.put("to", plainNode(t.To))
		}
		o.put(t.Issue, r.flow())
	}
	return o.node()
}
