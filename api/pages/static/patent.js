// A patent's page: print it with all claims open, keep it on the list.
import { enableBasket } from "./basket.js";
import { offerPrint } from "./print.js";

/** Open the claim that the address names. */
function openNamedClaim() {
  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (named instanceof HTMLDetailsElement) named.open = true;
}

offerPrint();
openNamedClaim();
enableBasket();
