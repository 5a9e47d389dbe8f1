package scenario_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"portsmouth"
	"portsmouth/scenario"
)

// The example in the specification is the file that the tests use, so it cannot rot.
func TestSpecExample(t *testing.T) {
	doc, err := os.ReadFile("../docs/spec/scenario.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok1 := strings.Cut(string(doc), "```yaml\n")
	example, _, ok2 := strings.Cut(after, "```\n")
	if !ok1 || !ok2 {
		t.Fatal("no yaml example in the specification")
	}
	if _, err := scenario.Parse("scenario.md", []byte(example)); err != nil {
		t.Error(err)
	}
	golden(t, small, example)
}

// schema is as much of JSON Schema as docs/spec/scenario.schema.json uses for structure.
type schema struct {
	Ref        string             `json:"$ref"`
	Defs       map[string]*schema `json:"$defs"`
	Type       any                `json:"type"`
	Const      any                `json:"const"`
	Enum       []any              `json:"enum"`
	OneOf      []*schema          `json:"oneOf"`
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	Additional json.RawMessage    `json:"additionalProperties"`
	Items      *schema            `json:"items"`
	MinItems   int                `json:"minItems"`
	MaxItems   int                `json:"maxItems"`
}

func readSchema(t *testing.T) *schema {
	t.Helper()
	raw, err := os.ReadFile("../docs/spec/scenario.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	s := new(schema)
	if err := json.Unmarshal(raw, s); err != nil {
		t.Fatal(err)
	}
	return s
}

// check returns what in v departs from the schema.
func (s *schema) check(root *schema, at string, v any) []string {
	if s.Ref != "" {
		return root.Defs[strings.TrimPrefix(s.Ref, "#/$defs/")].check(root, at, v)
	}
	if len(s.OneOf) > 0 {
		var all []string
		for _, o := range s.OneOf {
			problems := o.check(root, at, v)
			if len(problems) == 0 {
				return nil
			}
			all = append(all, problems...)
		}
		return all
	}
	if s.Const != nil && s.Const != v || len(s.Enum) > 0 && !slices.Contains(s.Enum, v) {
		return []string{fmt.Sprintf("%s: %v is not allowed", at, v)}
	}
	switch v := v.(type) {
	case map[string]any:
		return s.checkObject(root, at, v)
	case []any:
		return s.checkArray(root, at, v)
	}
	if s.Type == "object" || s.Type == "array" {
		return []string{fmt.Sprintf("%s: %v is no %v", at, v, s.Type)}
	}
	return nil
}

func (s *schema) checkArray(root *schema, at string, v []any) (problems []string) {
	if s.Type != "array" || len(v) < s.MinItems || s.MaxItems > 0 && len(v) > s.MaxItems {
		return []string{fmt.Sprintf("%s: a list of %d", at, len(v))}
	}
	for k, item := range v {
		problems = append(problems, s.Items.check(root, fmt.Sprintf("%s[%d]", at, k), item)...)
	}
	return problems
}

func (s *schema) checkObject(root *schema, at string, v map[string]any) (problems []string) {
	if s.Type != "object" {
		return []string{at + ": a mapping"}
	}
	for _, r := range s.Required {
		if _, ok := v[r]; !ok {
			problems = append(problems, at+": lacks "+r)
		}
	}
	for _, k := range portsmouth.SortedKeys(v) {
		if p := s.Properties[k]; p != nil {
			problems = append(problems, p.check(root, at+"."+k, v[k])...)
			continue
		}
		values := new(schema)
		if string(s.Additional) == "false" || json.Unmarshal(s.Additional, values) != nil {
			problems = append(problems, at+": unknown key "+k)
			continue
		}
		problems = append(problems, values.check(root, at+"."+k, v[k])...)
	}
	return problems
}

// plainValue turns a YAML tree into what JSON would hold, but with every scalar as a string: only structure is checked.
func plainValue(n *yaml.Node) any {
	switch n.Kind {
	case yaml.DocumentNode:
		return plainValue(n.Content[0])
	case yaml.MappingNode:
		m := map[string]any{}
		for k := 0; k+1 < len(n.Content); k += 2 {
			m[n.Content[k].Value] = plainValue(n.Content[k+1])
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			list = append(list, plainValue(c))
		}
		return list
	}
	return n.Value
}

func TestExamplesConformToSchema(t *testing.T) {
	s := readSchema(t)
	for _, path := range []string{example1905, harbour, small} {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(raw, &doc); err != nil {
			t.Fatal(err)
		}
		v := plainValue(&doc).(map[string]any)
		if problems := s.check(s, path, v); len(problems) > 0 {
			t.Errorf("%s", strings.Join(problems, "\n"))
		}
		v["issues"].([]any)[0].(map[string]any)["titel"] = "x"
		delete(v, "languages")
		if problems := s.check(s, path, v); len(problems) != 2 {
			t.Errorf("two faults put in, found: %q", problems)
		}
	}
}

// The schema and the reader know the same keys at the top of a file.
func TestSchemaKnowsEveryKey(t *testing.T) {
	keys := portsmouth.SortedKeys(readSchema(t).Properties)
	var text strings.Builder
	for _, k := range keys {
		text.WriteString(k + ":\n") // without a value: known, and reported only where it is needed
	}
	_, err := scenario.Parse("keys.yaml", []byte(text.String()))
	if err == nil || strings.Contains(err.Error(), "unknown key") {
		t.Errorf("got %v", err)
	}
	_, err = scenario.Parse("keys.yaml", []byte("nosuchkey: 1\n"))
	for _, k := range keys {
		if err == nil || !strings.Contains(err.Error(), k) {
			t.Errorf("the reader does not name key %s: %v", k, err)
		}
	}
}
