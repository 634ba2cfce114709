// Every listener binds 127.0.0.1: the servers of the network bind all interfaces by themselves.
const net = require("net");

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...given) {
  if (typeof given[0] === "number") {
    given.splice(1, typeof given[1] === "string" ? 1 : 0, "127.0.0.1");
  } else if (given[0] && typeof given[0] === "object" && "port" in given[0]) {
    given[0] = { ...given[0], host: "127.0.0.1" };
  }
  return listen.apply(this, given);
};
require("dns").setDefaultResultOrder("ipv4first");
