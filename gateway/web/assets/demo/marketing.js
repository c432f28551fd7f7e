// Stands for any marketing tag. It is blocked until there is consent, so the line it writes shows
// whether the gate works; it also listens, because a script that ran cannot be taken back.
(function () {
  "use strict";
  var line = document.getElementById("marketing-status");
  if (!line) return;
  function say(running) {
    line.textContent = running ? line.dataset.running : line.dataset.ended;
    line.dataset.state = running ? "running" : "ended";
  }
  say(true);
  document.addEventListener("gateway:consent", function (event) {
    var choices = (event.detail && event.detail.choices) || {};
    say(choices.marketing === true);
  });
})();
