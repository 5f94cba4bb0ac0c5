// SPDX-License-Identifier: MPL-2.0

package face

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// APIError is what the error types of all clients tell.
type APIError interface {
	error
	// HTTPStatus is the status of the answer, 0 where there was none.
	HTTPStatus() int
	// CredentialsRefused says that the service does not accept who asks.
	CredentialsRefused() bool
	// Foreign says that what answered is not the service.
	Foreign() bool
	// Refused says that the service gives a reason, although its status is that of a failure.
	Refused() bool
	// Setting is how the provider's configuration names a setting of the service, for
	// example "endpoint" or "h2ogpte.endpoint".
	Setting(name string) string
}

// FromError makes the error diagnostic of an operation that failed. The summary says what could not be done, for
// example "Unable to create EGS API key"; object names what it was to be done to.
func FromError(summary, object string, err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic(summary, detail(object, err))
}

// Failed is FromError as the only diagnostic.
func Failed(summary, object string, err error) diag.Diagnostics {
	return diag.Diagnostics{FromError(summary, object, err)}
}

// WarningFromError is FromError for what does not stop the operation.
func WarningFromError(summary, object string, err error) diag.Diagnostic {
	return diag.NewWarningDiagnostic(summary, detail(object, err))
}

// Undated makes the error of a key whose expiry depends on the time, which is not known: skew is an apiclient.SkewError.
func Undated(summary, object string, skew error) diag.Diagnostic {
	return FromError(summary, object+", whose expiry is counted from now", skew)
}

// Unjudged is the warning of a refresh that leaves open whether keys are due, since the time is not known. It is given
// once for each service, and empty without an apiclient.SkewError.
func Unjudged(err error) (diags diag.Diagnostics) {
	if skew, ok := errors.AsType[*apiclient.SkewError](err); ok && skew.First() {
		diags.Append(WarningFromError("The clocks of "+skew.Service+" and of this machine differ",
			"ready_for_renewal of API keys stays as it is in the state, and there are no warnings about keys that expire", err))
	}
	return diags
}

func detail(object string, err error) string {
	detail := Printable(object + ": " + apiclient.Sentence(err.Error()))
	if next := advice(err); next != "" {
		detail += "\n\n" + next
	}
	return detail
}

// Printable makes a text that a service may have written fit for one line of a terminal: see transport.Printable.
func Printable(text string) string { return transport.Printable(text) }

// advice says what to do next, where that is known.
func advice(err error) string {
	if errors.Is(err, context.Canceled) {
		return ""
	}
	if _, ok := errors.AsType[*apiclient.SkewError](err); ok {
		return "One of the two clocks is wrong: correct it. To trust the clock of the service nevertheless, set the provider's max_clock_skew, " +
			"or the environment variable EGS_MAX_CLOCK_SKEW, to a longer duration, or to 0 for any difference."
	}
	if errors.Is(err, apiclient.ErrOtherSecret) {
		return "Nothing was changed or deleted. Run terraform apply -refresh-only, which reads the right secret if the service lists it. " +
			"Otherwise take the resource out of the state (terraform state rm ADDRESS) and import the key by its id."
	}
	var api APIError
	isAPI := errors.As(err, &api)
	endpoint := Named("endpoint")
	if isAPI {
		endpoint = Named(api.Setting("endpoint"))
	}
	if errors.Is(err, apiclient.ErrListTooLarge) {
		return "If the service has so many objects, raise the provider's max_list_size_mib (or EGS_MAX_LIST_SIZE_MIB). If not, check " + endpoint + "."
	}
	if errors.Is(err, apiclient.ErrNamesNothing) {
		return "The state does not hold it. Run terraform apply -refresh-only, which reads it from the service, and try again."
	}
	if _, ok := errors.AsType[*transport.Error](err); ok || transport.IsCertificate(err) {
		return connectionAdvice(err, endpoint)
	}
	if !isAPI {
		return ""
	}
	status := api.HTTPStatus()
	switch {
	case status == http.StatusProxyAuthRequired:
		return proxyAdvice
	case api.Foreign():
		return "Check the provider's " + endpoint + ": it must be the base URL of the API, with the path prefix if there is one. " +
			"If it is right, a proxy in between responds in place of the service."
	case api.CredentialsRefused():
		return "The service does not accept the provider's credentials (" + credentials(api) + "). Check that they are " +
			"complete, belong to this endpoint and have not expired or been deleted. If the key was replaced by this configuration, " +
			"give the provider the new key and apply again."
	case status == http.StatusForbidden:
		if ofEGS(api) {
			return "The provider's credentials may not do this. Use credentials with a wider role or of the right workspace."
		}
		return "The provider's credentials (" + credentials(api) + ") may not do this. Use credentials that may manage the " +
			"service's API keys."
	case status == http.StatusNotFound:
		return "Either the service does not have this, or the provider's " + endpoint + " is not the base URL of the API."
	case status == http.StatusTooManyRequests:
		return "The service limits how fast it is called. Set the provider's requests_per_second, or run with a lower -parallelism."
	case api.Refused():
		return "The service refused this for the reason that it gives. Resolve it and run Terraform again."
	case status >= http.StatusInternalServerError:
		return "The service failed. If its reason names something that you can change, change it. Otherwise try again; if it goes on, its logs say why."
	}
	return ""
}

const proxyAdvice = "Check the proxy in the environment variable HTTPS_PROXY (for http://, HTTP_PROXY). If it requires a log-in, the value " +
	"is http://USER:PASSWORD@HOST:PORT. NO_PROXY lists the hosts that are reached without a proxy."

// connectionAdvice says what to do if there was no response.
func connectionAdvice(err error, endpoint string) string {
	hostname, isHostname := errors.AsType[x509.HostnameError](err)
	invalid, _ := errors.AsType[x509.CertificateInvalidError](err)
	refused, isRefused := errors.AsType[*transport.ClientCertificateError](err)
	switch {
	case isHostname && hostname.Certificate != nil:
		return "The server's certificate is for another host. Set the provider's " + endpoint + " to a name that the certificate has."
	case invalid.Cert != nil && invalid.Reason == x509.Expired:
		return "The server's certificate has expired or is not valid yet. Ask for a new one, and check this machine's clock and " +
			"the provider's " + endpoint + "."
	case transport.IsCertificate(err):
		return "The server's certificate is not trusted. If a private authority issued it, set the provider's " + Named("ca_cert") +
			" to that authority's certificate, which replaces the system's authorities. Otherwise check " + endpoint + "."
	case isRefused && refused.Given:
		return "The server does not accept client_cert. Check that client_cert and client_key, or EGS_CLIENT_CERT and EGS_CLIENT_KEY, are " +
			"for the provider's " + endpoint + ", and that the intermediate certificates are in client_cert."
	case isRefused:
		return "If the server requires a client certificate, set the provider's client_cert and client_key, or EGS_CLIENT_CERT and " +
			"EGS_CLIENT_KEY."
	case transport.IsNotTLS(err):
		return "The server does not speak TLS at this port. Set the port of the provider's " + endpoint + " to the one for https, or, " +
			"if there is none, begin the endpoint with http://."
	case transport.IsProxy(err):
		return proxyAdvice
	case errors.Is(err, context.DeadlineExceeded):
		return "The server took too long. Check that this machine reaches the provider's " + endpoint + "; " +
			"if the server is only slow, raise request_timeout."
	}
	return "Check the provider's " + endpoint + ", and that this machine reaches it, through HTTPS_PROXY if there is a proxy."
}

// Named is how messages name a setting of the provider: with its environment variable.
func Named(setting string) string { return setting + " (or " + Variable(setting) + ")" }

// Variable is the environment variable of a setting, for example H2OGPTE_API_KEY of h2ogpte.api_key.
func Variable(setting string) string {
	section, name, nested := strings.Cut(setting, ".")
	if !nested {
		section, name = "egs", setting
	}
	return strings.ToUpper(section + "_" + name)
}

// ofEGS says whether it is EGS that answered, whose settings are the provider's own.
func ofEGS(api APIError) bool { return api.Setting("api_key") == "api_key" }

// credentials names the settings that a service knows the provider by.
func credentials(api APIError) string {
	if ofEGS(api) {
		return "api_key or access_token, or EGS_API_KEY or EGS_ACCESS_TOKEN"
	}
	return api.Setting("api_key") + ", or " + Variable(api.Setting("api_key"))
}
