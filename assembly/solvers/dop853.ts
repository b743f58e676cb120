// Dormand and Prince's method of order 8 with error estimates of order 5 and 3 and dense output of order 7; Hairer, Norsett, Wanner
// 1993, Solving Ordinary Differential Equations I, II.5-6 and II.10; coefficients of their code dop853.
import { AdaptiveBlock, DenseCoefficients, rowBytes, slopeRows, stateBytes } from "../adaptive/block";
import { combine, inverseScales, slopeAt, weightedSum } from "../adaptive/stages";
import { add, both, mul, PAIR } from "../math/lanes";

@unmanaged
export class DormandPrince8 {
  // @ts-ignore: decorator
  @inline errorOrder(): f64 {
    return 7.0;
  }
  // @ts-ignore: decorator
  @inline evaluations(): f64 {
    return 12.0;
  }
  // @ts-ignore: decorator
  @inline denseEvaluations(): f64 {
    return 3.0;
  }
  // @ts-ignore: decorator
  @inline firstSameAsLast(): boolean {
    return true;
  }
  // @ts-ignore: decorator
  @inline lastSlope(): i32 {
    return 12;
  }

  /** Slopes 1 to 12, the new state, and the norm of its error. */
  // @ts-ignore: decorator
  @inline attempt(b: AdaptiveBlock): void {
    firstHalf(b);
    secondHalf(b);
    estimate853(b);
  }

  /** Slopes 13 to 15. */
  // @ts-ignore: decorator
  @inline prepareDenseOutput(b: AdaptiveBlock): void {
    denseSlopes(b);
  }

  /** The polynomials of the lane at `lane` bytes of a row. */
  // @ts-ignore: decorator
  @inline prepareLane(b: AdaptiveBlock, lane: usize): void {
    polynomials(b, lane);
  }

  /** Writes the kept states of the lane at `lane` bytes of a row, at the share x of its step, a row of `row` bytes each. */
  // @ts-ignore: decorator
  @inline denseOutput(b: AdaptiveBlock, lane: usize, x: f64, to: usize, row: usize): void {
    dense853(b, lane, x, to, row);
  }
}

function firstHalf(b: AdaptiveBlock): void {
  const to = b.wStage;
  combine(b, to, 5.26001519587677318785587544488e-2);
  slopeAt(b, 0.0526001519587677318785587544488, to, slopeRows(b, 1));
  combine(b, to, 1.97250569845378994544595329183e-2, 5.91751709536136983633785987549e-2);
  slopeAt(b, 0.0789002279381515978178381316732, to, slopeRows(b, 2));
  combine(b, to, 2.95875854768068491816892993775e-2, 0.0, 8.87627564304205475450678981324e-2);
  slopeAt(b, 0.118350341907227396726757197510, to, slopeRows(b, 3));
  combine(b, to, 2.41365134159266685502369798665e-1, 0.0, -8.84549479328286085344864962717e-1, 9.24834003261792003115737966543e-1);
  slopeAt(b, 0.281649658092772603273242802490, to, slopeRows(b, 4));
  combine(b, to, 3.7037037037037037037037037037e-2, 0.0, 0.0, 1.70828608729473871279604482173e-1, 1.25467687566822425016691814123e-1);
  slopeAt(b, 1.0 / 3.0, to, slopeRows(b, 5));
  combine(
    b, to, 3.7109375e-2, 0.0, 0.0, 1.70252211019544039314978060272e-1, 6.02165389804559606850219397283e-2, -1.7578125e-2,
  );
  slopeAt(b, 0.25, to, slopeRows(b, 6));
  combine(
    b, to, 3.70920001185047927108779319836e-2, 0.0, 0.0, 1.70383925712239993810214054705e-1, 1.07262030446373284651809199168e-1,
    -1.53194377486244017527936158236e-2, 8.27378916381402288758473766002e-3,
  );
  slopeAt(b, 0.307692307692307692307692307692, to, slopeRows(b, 7));
}

function secondHalf(b: AdaptiveBlock): void {
  const to = b.wStage;
  combine(
    b, to, 6.24110958716075717114429577812e-1, 0.0, 0.0, -3.36089262944694129406857109825, -8.68219346841726006818189891453e-1,
    2.75920996994467083049415600797e1, 2.01540675504778934086186788979e1, -4.34898841810699588477366255144e1,
  );
  slopeAt(b, 0.651282051282051282051282051282, to, slopeRows(b, 8));
  combine(
    b, to, 4.77662536438264365890433908527e-1, 0.0, 0.0, -2.48811461997166764192642586468, -5.90290826836842996371446475743e-1,
    2.12300514481811942347288949897e1, 1.52792336328824235832596922938e1, -3.32882109689848629194453265587e1,
    -2.03312017085086261358222928593e-2,
  );
  slopeAt(b, 0.6, to, slopeRows(b, 9));
  combine(
    b, to, -9.3714243008598732571704021658e-1, 0.0, 0.0, 5.18637242884406370830023853209, 1.09143734899672957818500254654,
    -8.14978701074692612513997267357, -1.85200656599969598641566180701e1, 2.27394870993505042818970056734e1,
    2.49360555267965238987089396762, -3.0467644718982195003823669022,
  );
  slopeAt(b, 0.857142857142857142857142857142, to, slopeRows(b, 10));
  combine(
    b, to, 2.27331014751653820792359768449, 0.0, 0.0, -1.05344954667372501984066689879e1, -2.00087205822486249909675718444,
    -1.79589318631187989172765950534e1, 2.79488845294199600508499808837e1, -2.85899827713502369474065508674,
    -8.87285693353062954433549289258, 1.23605671757943030647266201528e1, 6.43392746015763530355970484046e-1,
  );
  slopeAt(b, 1.0, to, slopeRows(b, 11));
  combine(
    b, b.wYNew, 5.42937341165687622380535766363e-2, 0.0, 0.0, 0.0, 0.0, 4.45031289275240888144113950566,
    1.89151789931450038304281599044, -5.8012039600105847814672114227, 3.1116436695781989440891606237e-1,
    -1.52160949662516078556178806805e-1, 2.01365400804030348374776537501e-1, 4.47106157277725905176885569043e-2,
  );
  slopeAt(b, 1.0, b.wYNew, slopeRows(b, 12));
}

/** |h| e5 / sqrt((e5 + e3 / 100) states), where e5 and e3 are the squares' sums of both estimates over their scale. */
function estimate853(b: AdaptiveBlock): void {
  inverseScales(b);
  const row = rowBytes(b);
  const stride = stateBytes(b);
  const none = both(0.0);
  for (let i: usize = 0; i < row; i += PAIR) {
    let fifth = none;
    let third = none;
    for (let at = i; at < stride; at += row) {
      const inverse = v128.load(b.wStage + at);
      const k = b.wK + at;
      const five = mul(inverse, weightedSum(
        k, stride, 0.01312004499419488073250102996, 0.0, 0.0, 0.0, 0.0, -1.225156446376204440720569753,
        -0.4957589496572501915214079952, 1.664377182454986536961530415, -0.3503288487499736816886487290,
        0.3341791187130174790297318841, 0.08192320648511571246570742613, -0.02235530786388629525884427845,
      ));
      const three = mul(inverse, weightedSum(
        k, stride, 5.42937341165687622380535766363e-2 - 0.244094488188976377952755905512, 0.0, 0.0, 0.0, 0.0,
        4.45031289275240888144113950566, 1.89151789931450038304281599044, -5.8012039600105847814672114227,
        3.1116436695781989440891606237e-1 - 0.733846688281611857341361741547, -1.52160949662516078556178806805e-1,
        2.01365400804030348374776537501e-1, 4.47106157277725905176885569043e-2 - 0.0220588235294117647058823529412,
      ));
      fifth = add(fifth, mul(five, five));
      third = add(third, mul(three, three));
    }
    const both53 = mul(add(fifth, mul(both(0.01), third)), both(<f64>b.components));
    const size = f64x2.div(mul(v128.load(b.wH + i), fifth), f64x2.sqrt(both53));
    v128.store(b.wNorm + i, v128.andnot(size, f64x2.eq(both53, none)));
  }
}

function denseSlopes(b: AdaptiveBlock): void {
  const to = b.wStage;
  combine(
    b, to, 5.61675022830479523392909219681e-2, 0.0, 0.0, 0.0, 0.0, 0.0, 2.53500210216624811088794765333e-1,
    -2.46239037470802489917441475441e-1, -1.24191423263816360469010140626e-1, 1.5329179827876569731206322685e-1,
    8.20105229563468988491666602057e-3, 7.56789766054569976138603589584e-3, -8.298e-3,
  );
  slopeAt(b, 0.1, to, slopeRows(b, 13));
  combine(
    b, to, 3.18346481635021405060768473261e-2, 0.0, 0.0, 0.0, 0.0, 2.83009096723667755288322961402e-2,
    5.35419883074385676223797384372e-2, -5.49237485713909884646569340306e-2, 0.0, 0.0, -1.08347328697249322858509316994e-4,
    3.82571090835658412954920192323e-4, -3.40465008687404560802977114492e-4, 1.41312443674632500278074618366e-1,
  );
  slopeAt(b, 0.2, to, slopeRows(b, 14));
  combine15(b, to);
  slopeAt(b, 7.0 / 9.0, to, slopeRows(b, 15));
}

/** The last stage reaches back to slope 14. */
function combine15(b: AdaptiveBlock, to: usize): void {
  const row = rowBytes(b);
  const stride = stateBytes(b);
  for (let at: usize = 0; at < stride; at += row) {
    for (let i: usize = 0; i < row; i += PAIR) {
      const here = at + i;
      const k = b.wK + here;
      const early = weightedSum(
        k, stride, -4.28896301583791923408573538692e-1, 0.0, 0.0, 0.0, 0.0, -4.69762141536116384314449447206,
        7.68342119606259904184240953878, 4.06898981839711007970213554331, 3.56727187455281109270669543021e-1, 0.0, 0.0, 0.0,
        -1.39902416515901462129418009734e-3, 2.9475147891527723389556272149,
      );
      const sum = add(early, mul(both(-9.15095847217987001081870187138), v128.load(k + 14 * stride)));
      v128.store(to + here, add(v128.load(b.wY + here), mul(v128.load(b.wH + i), sum)));
    }
  }
}

/** The sum of slopes 0 and 5 to 15 of one lane. */
// @ts-ignore: decorator
@inline
function later(
  k: usize, stride: usize, d0: f64, d5: f64, d6: f64, d7: f64, d8: f64, d9: f64,
  d10: f64, d11: f64, d12: f64, d13: f64, d14: f64, d15: f64,
): f64 {
  const first = d0 * load<f64>(k) + d5 * load<f64>(k + 5 * stride) + d6 * load<f64>(k + 6 * stride);
  const second = d7 * load<f64>(k + 7 * stride) + d8 * load<f64>(k + 8 * stride) + d9 * load<f64>(k + 9 * stride);
  const third = d10 * load<f64>(k + 10 * stride) + d11 * load<f64>(k + 11 * stride) + d12 * load<f64>(k + 12 * stride);
  const fourth = d13 * load<f64>(k + 13 * stride) + d14 * load<f64>(k + 14 * stride) + d15 * load<f64>(k + 15 * stride);
  return first + second + (third + fourth);
}

/** Writes seven numbers for each kept state of a lane: what its polynomial is made of. */
function polynomials(b: AdaptiveBlock, lane: usize): void {
  const h = load<f64>(b.wH + lane);
  const stride = stateBytes(b);
  let to = b.dense;
  for (let j = 0; j < b.keptCount; j++, to += offsetof<DenseCoefficients>()) {
    const at = <usize>load<u32>(b.kept + (<usize>j << 2)) * rowBytes(b) + lane;
    const k = b.wK + at;
    const change = load<f64>(b.wYNew + at) - load<f64>(b.wY + at);
    store<f64>(to, change);
    store<f64>(to, h * load<f64>(k) - change, 8);
    store<f64>(to, 2.0 * change - h * (load<f64>(k + 12 * stride) + load<f64>(k)), 16);
    store<f64>(to, h * later(
      k, stride, -8.4289382761090128651353491142, 0.56671495351937776962531783590, -3.0689499459498916912797304727,
      2.3846676565120698287728149680, 2.1170345824450282767155149946, -0.87139158377797299206789907490, 2.2404374302607882758541771650,
      0.63157877876946881815570249290, -0.088990336451333310820698117400, 18.148505520854727256656404962,
      -9.1946323924783554000451984436, -4.4360363875948939664310572000,
    ), 24);
    store<f64>(to, h * later(
      k, stride, 10.427508642579134603413151009, 242.28349177525818288430175319, 165.20045171727028198505394887,
      -374.54675472269020279518312152, -22.113666853125306036270938578, 7.7334326684722638389603898808, -30.674084731089398182061213626,
      -9.3321305264302278729567221706, 15.697238121770843886131091075, -31.139403219565177677282850411,
      -9.3529243588444783865713862664, 35.816841486394083752465898540,
    ), 32);
    store<f64>(to, h * later(
      k, stride, 19.985053242002433820987653617, -387.03730874935176555105901742, -189.17813819516756882830838328,
      527.80815920542364900561016686, -11.573902539959630126141871134, 6.8812326946963000169666922661, -1.0006050966910838403183860980,
      0.77771377980534432092869265740, -2.7782057523535084065932004339, -60.196695231264120758267380846,
      84.320405506677161018159903784, 11.992291136182789328035130030,
    ), 40);
    store<f64>(to, h * later(
      k, stride, -25.693933462703749003312586129, -154.18974869023643374053993627, -231.52937917604549567536039109,
      357.63911791061412378285349910, 93.405324183624310003907691704, -37.458323136451633156875139351, 104.09964950896230045147246184,
      29.840293426660503123344363579, -43.533456590011143754432175058, 96.324553959188282948394950600,
      -39.177261675615439165231486172, -149.72683625798562581422125276,
    ), 48);
  }
}

function dense853(b: AdaptiveBlock, lane: usize, x: f64, to: usize, size: usize): void {
  const rest = 1.0 - x;
  let from = b.dense;
  for (let j = 0; j < b.keptCount; j++, from += offsetof<DenseCoefficients>(), to += size) {
    const at = <usize>load<u32>(b.kept + (<usize>j << 2)) * rowBytes(b) + lane;
    const inner = load<f64>(from, 24) + x * (load<f64>(from, 32) + rest * (load<f64>(from, 40) + x * load<f64>(from, 48)));
    const outer = load<f64>(from) + rest * (load<f64>(from, 8) + x * (load<f64>(from, 16) + rest * inner));
    store<f64>(to, load<f64>(b.wY + at) + x * outer);
  }
}
