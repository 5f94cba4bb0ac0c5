// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Diagnostic is an error or a warning of a walk.
type Diagnostic struct {
	Warning         bool
	Summary, Detail string
	// Address is that of the block, and Attribute the path within it; both may be empty.
	Address, Attribute string
}

// String is the diagnostic as Terraform words it, without frame and line breaks.
func (d Diagnostic) String() string {
	text := "Error: " + d.Summary + "\n"
	if d.Warning {
		text = "Warning: " + d.Summary + "\n"
	}
	if d.Address != "" {
		text += "\n  with " + strings.TrimSuffix(d.Address+", "+d.Attribute, ", ") + "\n"
	}
	if d.Detail != "" {
		text += "\n" + d.Detail + "\n"
	}
	return text
}

// diagnostics collects diagnostics. It is safe for concurrent use.
type diagnostics struct {
	mu  sync.Mutex
	all []Diagnostic
}

// add adds what a provider said of the block, and returns whether there is an error.
func (d *diagnostics) add(address string, told []*tfprotov6.Diagnostic) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	failed := false
	for _, one := range told {
		d.all = append(d.all, Diagnostic{
			Warning: one.Severity == tfprotov6.DiagnosticSeverityWarning,
			Summary: one.Summary, Detail: one.Detail, Address: address, Attribute: pathText(one),
		})
		failed = failed || one.Severity != tfprotov6.DiagnosticSeverityWarning
	}
	return failed
}

// fail adds errors of the driver's own, in Terraform's words where it has some, and returns whether
// there was one.
func (d *diagnostics) fail(address, summary string, faults ...string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, fault := range faults {
		d.all = append(d.all, Diagnostic{Summary: summary, Detail: fault, Address: address})
	}
	return len(faults) > 0
}

// failed adds errors, which may be nil, and returns whether there was one.
func (d *diagnostics) failed(address string, errs ...error) bool {
	failed := false
	for _, err := range errs {
		if err != nil {
			failed = d.fail(address, err.Error(), "")
		}
	}
	return failed
}

// check ends the operation where it runs if there is an error, as FailNow ends a test.
func (d *diagnostics) check(address string, errs ...error) {
	if d.failed(address, errs...) {
		runtime.Goexit()
	}
}

// refuse ends the operation where it runs if there are faults.
func (d *diagnostics) refuse(address, summary string, faults ...string) {
	if d.fail(address, summary, faults...) {
		runtime.Goexit()
	}
}

// pathText is the path of a diagnostic, as "labels.a".
func pathText(d *tfprotov6.Diagnostic) string {
	if d.Attribute == nil {
		return ""
	}
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(d.Attribute.Steps()), "[]"), " ", ".")
}

// Result is what a command brought about.
type Result struct {
	Diagnostics []Diagnostic
	// Plan is nil where planning failed.
	Plan *Plan
	// Progress are the messages of actions.
	Progress []string
}

// failure is the result of a command that could not begin.
func failure(err error) *Result {
	var told diagnostics
	told.failed("", err)
	return &Result{Diagnostics: told.all}
}

// Err is an error that holds all errors, or nil.
func (r *Result) Err() error {
	var texts []string
	for _, d := range r.Diagnostics {
		if !d.Warning {
			texts = append(texts, d.String())
		}
	}
	if texts == nil {
		return nil
	}
	return errors.New(strings.Join(texts, "\n"))
}

// Text is the text of all diagnostics.
func (r *Result) Text() string {
	var text strings.Builder
	for _, d := range r.Diagnostics {
		text.WriteString(d.String() + "\n")
	}
	return text.String()
}
